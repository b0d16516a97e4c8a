"""German, English, French, Italian, Polish and Czech names as Russian and Kazakh write them."""

from crm.core.names.traditions import Tradition, having, heard_by, lacking

_CONSONANTS = "b=б d=д f=ф g=г k=к l=л m=м n=н p=п r=р t=т"
_VOWELS = "[aeiouyäöüéèáíóú]"

# Letters as they are: what English newspapers and Kazakh and Russian passports write, too.
# In the Latin alphabets of Kazakh and Uzbek ş is ш, ğ is г, ö and ü stand for ө and ү.
_AS_WRITTEN = f"""
    zinc=цинк chrome?=хром alexander=александр
    shch=щ tzh=тж sch=ш sh=ш ch=ч zh=ж kh=х gh=г ts=ц tz=ц dzh=дж dj=дж th=т ph=ф ck=к
    iya=ия iyo=иё iye=ие iy=ий yy=ый ya=я yu=ю yo=ё ye=е yi=и (?<={_VOWELS})y=й ^y=й y$=и y=ы
    ee=и oo=у qu(?={_VOWELS})=кв q=к c(?=[eiyéè])=с c=к ç=ч ş=ш š=ш ž=ж č=ч ğ=г ñ=н
    ł=л ś=с ź=з ż=ж ć=ч ń=н ň=н ř=р ď=д đ=д ť=т ý=и ę=е å=о ă=а ț=ц ţ=ц ș=ш
    j=дж w=в v=в xx?=кс z=з s=с h=х ^e=э {_CONSONANTS}
    a=а ä=а â=а á=а ą=а e=е é=е è=е ê=е ë=е ě=е i=и í=и ī=и î=и ı=ы o=о ö=о ô=о ó=о ō=о
    u=у ü=у û=у ú=у ū=у
"""
# Standard practical transcription (Gilyarevsky, Starostin); initial j as «Йорн», «Йоханн».
_GERMAN = f"""
    ^chr=кр ael$=аэл tsch=ч sch=ш ^st=шт ^sp=шп chs=кс ch=х ck=к ph=ф th=т tz=ц qu=кв
    joe=йо jö=йо jo=йо jä=е je=йе jü=ю jue=ю ju=ю ja=я j=й
    äu=ой aeu=ой eu=ой ei=ай ai=ай ey=ай ay=ай au=ау
    ieh=и ie=и (?<={_VOWELS})h(?!{_VOWELS})= aa=а ee=е oo=о
    ^ä=э ä=е é=е ae=е ^ö=э ö=ё oe=ё ü=ю ue=ю y=и ^e=э
    c(?=[eiyä])=ц c=к w=в v=ф z=ц xx?=кс s=с h=х {_CONSONANTS} a=а e=е i=и o=о u=у
"""
_OLD_GERMAN = "ei=ей ey=ей eu=ей äu=ей ai=ей ^h=г " + _GERMAN
_ENGLISH = f"""
    ^chr=кр chael=кл ^auto=ауто ^kn=н ^wr=р all$=олл alk=ок war(?=[dnrt])=уор ughes?$=ьюз
    ur(?!{_VOWELS})=ёр young=янг ies$=ис a(?=gue$)=ей gue$=г tch=ч sch=ск sh=ш ch=ч th=т ph=ф
    ight=айт igh=ай eigh=эй ough=о augh=о gh=г ck=к
    tion=шн ture=чер sion=жн ee=и eau=о eer=ир ear=ир ea=и oo=у oa=о ou=ау ow(?=n)=ау ow=оу oe$=о
    air=эр ai=эй ay=эй ei=и ey$=и ie$=и y$=и y(?=[aeou])=й y=и au=о aw=о ew=ью
    a(?=[bcdfgklmnpstvz]e[rs]?s?$)=ей i(?=[bcdfgklmnprstvz]es?$)=ай u(?=[bcdfgklmnprstvz]es?$)=ю
    i(?=[dflmnptv]en$)=ай i(?=[nlmd]ing$)=ай
    a(?![rwuyhl])=э u(?=[bcdfgklmnpstvxz]{{2}}|[bdgknpt]$)=а
    (?<=[a-z][bcdfgklmnprstvz])e$= (?<=[a-z][bcdfgklmnprtv])es$=с
    (?<=[aeou])h(?![aeiouy])= wh=у w=у j=дж g(?=[eiy])=дж c(?=[eiy])=с c=к qu=кв q=к xx?=кс
    v=в z=з s=с h=х ^e=э {_CONSONANTS} a=а e=е i=и o=о u=у
"""
_FRENCH = f"""
    eaux?$=о eau=о ault$=о aux$=о au[dt]s?$=о au=о oeu=ё œu=ё eu=ё ou=у oy(?=[aeiou])=уай oy=уа
    oi[tsx]?$=уа oi=уа ain(?!{_VOWELS}|n)=ен ein(?!{_VOWELS}|n)=ен ai=е ei=е
    ay(?=[bcdfglmnprstv])=ай ay=е ^jean$=жан iè=ье tion=сьон sch=ш
    olas$=оля ieux?$=ьё ien$=ьен iers?$=ье (?<=..)ers?$=е
    an(?!{_VOWELS}|n)=ан am(?=[bp])=ам en(?!{_VOWELS}|n)=ан em(?=[bp])=ам
    [iy]n(?!{_VOWELS}|n)=ен [iy]m(?=[bp])=ем un(?!{_VOWELS}|n)=ен
    tch=ч ch=ш (?<=n)cs?$= sc(?=[eiyéè])=с ç=с c(?=[eiyéèê])=с c=к gu(?=[eiyéè])=г ge(?=[aou])=ж
    g(?=[eiyéè])=ж gn=нь j=ж qu=к q=к ph=ф th=т
    ^h(?!.*(?:ll|nr|ou|eu|au|ai|e$|[oe]t$|on$|[ae]r[dt]$))=х h= bv=в (?<=[^v])ille?=ий
    (?<=..)[dtpsxz]s?$= (?<=..)es?$= v=в w=в xx?=кс z=з s=с ^[eé]=э {_CONSONANTS}
    a=а à=а â=а [eéèêë]=е [iîïy]=и [oô]=о [uûü]=ю ù=у
"""
_SILENT_E = (
    f"(?:(?<=[aeiouy][bcdfglmnprstv])|(?<=[aeiouy](?:ch|rr|ll)))e(?=[bcdfglmnprstv]{_VOWELS})"
)
_FRENCH_SPOKEN = f"{_SILENT_E}= {_FRENCH}"
_ITALIAN = f"""
    gli=ли gn=нь sci(?=[aou])=ш sc(?=[ei])=ш cci(?=[aou])=ч cc(?=[ei])=ч cch=к ch=к
    ci(?=[aou])=ч c(?=[eiì])=ч c=к gh=г ggi(?=[aou])=дж gg(?=[ei])=дж gi(?=[aou])=дж g(?=[ei])=дж
    qu=кв ja=я jo=ё ju=ю j=й z=ц s=с v=в w=в xx?=кс h= y=и ^e=э {_CONSONANTS}
    [aà]=а [eèé]=е [iì]=и [oò]=о [uù]=у
"""
_WEST_SLAVIC = f"""
    szcz=щ sz=ш cz=ч drz=дж rz=ж ch=х dż=дж dź=дз ż=ж ź=з ś=с ć=ц ń=н ł=л ą=он ę=ен
    [cs]ki$=ский ski$=ский š=ш ž=ж č=ч ř=рж ď=д ť=т ň=н ia=я ie=е ja=я je=е jo=ё ju=ю j=й
    w=в v=в c=ц h=х xx?=кс q=к z=з s=с ^e=э {_CONSONANTS}
    [aá]=а [eéě]=е [ií]=и [yý]=ы o=о [óuúů]=у
"""
_POLISH_OR_CZECH = "[łśźżćńąęěřšžčůýďťň]|sz|cz|rz|[cs]ki$|j$"

# Umlauts of German names and c of Turkish names are not as they are written.
_NOT_AS_WRITTEN = "[äöü].*(?:sch|ch|ck|tz|ff|ll|mm|nn|rr|er|mann|berg)|[çşğıöü].*c|c.*[çşğıöü]"

AS_WRITTEN = Tradition(lacking(_NOT_AS_WRITTEN), heard_by(_AS_WRITTEN))
_NOT_GERMAN = "[^a-zäöüßé]|zh|kh|[öü].*c(?![hk])|c(?![hk]).*[öü]"
GERMAN = Tradition(lacking(_NOT_GERMAN), heard_by(_GERMAN))
EUROPEAN = (
    GERMAN,
    Tradition(
        having("^(?!.*[zk]h)(?=[a-zäöüß]*$)(?:h[aeiouäöü]|.*(?:e[iyu]|äu|ai))"),
        heard_by(_OLD_GERMAN),
        is_strict=True,
    ),
    Tradition(lacking("[^a-z]|zh|kh|^ts"), heard_by(_ENGLISH), is_strict=True),
    Tradition(lacking("[^a-zàâçéèêëîïôûùüœ]|[wk]|sh|zh|tz"), heard_by(_FRENCH), is_strict=True),
    Tradition(having(_SILENT_E), heard_by(_FRENCH_SPOKEN), is_strict=True),
    Tradition(having("^[a-zàèéìòù]*[aeiouàèéìòù]$"), heard_by(_ITALIAN), is_strict=True),
    Tradition(having(_POLISH_OR_CZECH), heard_by(_WEST_SLAVIC)),
)
