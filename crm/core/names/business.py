"""English words of companies' names as Cyrillic writes them: by custom, not by their letters."""

from crm.core.names.traditions import Tradition, pairs_of

_HEARD = pairs_of(
    """
    group=групп technologies=технолоджис technology=технолоджи mining=майнинг steel=стил
    corporation=корпорейшн energies=энерджис energy=энерджи industries=индастриз industry=индастри
    industrial=индастриал materials=материалс engineering=инжиниринг trading=трейдинг trade=трейд
    motors=моторс power=пауэр machinery=машинери machines=машинз logistics=лоджистикс
    services=сервисез service=сервис systems=системс capital=кэпитал resources=ресорсиз
    enterprises=энтерпрайзес enterprise=энтерпрайз heavy=хэви house=хаус general=дженерал
    united=юнайтед airlines=эйрлайнз airways=эйрвэйз automobile=аутомобайл automotive=аутомотив
    renewables=ренювеблс handling=хэндлинг solutions=солюшнз international=интернэшнл
    global=глобал national=нэшнл metals=металс minerals=минералз chemicals=кемикалс
    chemical=кемикал healthcare=хэлскеа foods=фудс life=лайф science=сайенс partners=партнерс
    management=менеджмент development=девелопмент construction=констракшн water=уотер green=грин
    blue=блю air=эйр oil=ойл gas=газ gold=голд silver=сильвер copper=коппер uranium=ураниум
    equipment=эквипмент tools=тулс digital=диджитал data=дата cloud=клауд network=нетворк
    networks=нетворкс mobile=мобайл wireless=вайрлесс company=компани bridge=бридж east=ист
    west=вест north=норт south=саут sky=скай light=лайт house=хаус royal=роял
    """
)

BUSINESS = Tradition(_HEARD.__contains__, lambda word: (_HEARD[word],))
