"""Turkish and Uzbek names as Russian and Kazakh write them."""

from crm.core.names.traditions import Tradition, having, heard_by, lacking

_TURKISH = """
    c=дж ç=ч ş=ш ğ=г ı=ы ya=я yâ=я yu=ю yü=ю ye=е yo=ё yö=ё yı=йы yi=йи y=й
    ^ö=о ö=ё ^ü=у ü=ю ^e=э j=ж h=х v=в z=з s=с
    b=б d=д f=ф g=г k=к l=л m=м n=н p=п r=р t=т a=а â=а e=е i=и î=и o=о u=у û=у
"""
_UZBEK = """
    shch=щ sh=ш ch=ч zh=ж ya=я yu=ю yo=ё ye=е y=й j=ж x=х q=к w=в v=в z=з s=с h=х ^e=э
    b=б d=д f=ф g=г k=к l=л m=м n=н p=п r=р t=т c=ц a=а e=е i=и o=о u=у
"""
# What no Turkish word has: letters, and letters that stand together.
_NOT_TURKISH = "[wxqß]|th|sch|ck|[csgkpz]h|ee|oo|ea|ie|[aeo]u|^[^aeiıouöüyç][^aeiıouöüyhr]"

TURKISH = Tradition(lacking(_NOT_TURKISH), heard_by(_TURKISH))
TURKIC = (
    TURKISH,
    Tradition(having("x|q"), heard_by(_UZBEK)),
)
