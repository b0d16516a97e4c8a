"""Japanese names as the Polivanov system writes them: Hepburn spelling, and what newspapers write
in Cyrillic (Шинзо, Хитачи) for Синдзо and Хитати.
"""

import re

from crm.core.names.traditions import Tradition, heard_by

_POLIVANOV = """
    sh(?=[iey])=с sha=ся shu=сю sho=сё shō=сё shū=сю tch=т ch(?=[iey])=т cha=тя chu=тю cho=тё chō=тё
    chū=тю tsu=цу ts=ц ji=дзи ja=дзя ju=дзю jo=дзё jō=дзё jū=дзю z=дз f=ф w=в
    ya=я yu=ю yo=ё yō=ё yū=ю ou=о oo=о oh(?![aeiou])=о uu=у ii=ии (?<=[aeou])i=й
    n(?=[bpm])=м n=н m=м b=б d=д g=г h=х k=к p=п r=р s=с t=т [aā]=а e=э ē=э [iī]=и [oō]=о [uū]=у
"""
_HEPBURN = re.compile(
    "(?:(?:kk?|gg?|ss?|z|tt?|d|n|h|bb?|pp?|m|r|f|w|y|j|[knhmgbpr]y|s?sh|t?ch|ts)?"
    "[aeiouāīūēō]|n(?![aeiouyāīūēō])|m(?=[bpm])|(?<=o)h(?![aeiouāīūēō]))+"
)

JAPANESE = Tradition(_HEPBURN.fullmatch, heard_by(_POLIVANOV))
_NEWSPAPERS = """
    джи=дзи джа=дзя джу=дзю джо=дзё дз=дз з=дз ши=си ше=се ша=ся шу=сю шо=сё
    чи=ти ча=тя чу=тю чо=тё а=а и=и у=у э=э е=е о=о я=я ю=ю ё=ё ы=ы й=й н=н м=м
    к=к г=г с=с т=т ц=ц д=д х=х ф=ф б=б п=п р=р в=в ш=ш ч=ч ж=ж
"""
_SYLLABLE = "(?:дж|дз|кк|сс|тт|пп|[кгсзтцднхфбпмрвшч])?[аиуэеоюяё]|[нм](?![аиуэеоюяё])|й"
_IN_NEWSPAPERS = re.compile(f"(?=.*(?:ш|ч|дж)[аиоу])(?:{_SYLLABLE}){{2,}}")
JAPANESE_IN_CYRILLIC = Tradition(_IN_NEWSPAPERS.fullmatch, heard_by(_NEWSPAPERS))
