"""The words the made-up world is told in."""

from collections.abc import Mapping
from typing import NamedTuple

from crm.accounts.models import Language
from crm.demo.services.volume.chance import Chance, Shares


class Names(NamedTuple):
    """What family names are put together from, and given names."""

    stems: tuple[str, ...]
    endings: tuple[str, ...]
    given: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LANGUAGES = Shares({Language.KK: 55, Language.RU: 40, Language.EN: 5})

# Partner countries, by how much the region has to do with them.
COUNTRIES = Shares(
    {
        **{"CN": 18, "RU": 16, "DE": 12, "TR": 10, "KR": 6, "UZ": 6, "US": 4, "FR": 4, "IT": 3},
        **{"GB": 3, "JP": 3, "BY": 3, "AE": 3, "KG": 2, "PL": 2, "IN": 2, "NL": 1, "AT": 1},
        **{"CZ": 1, "FI": 1},
    }
)

_CYRILLIC = Names(
    _split(
        "Ахмет Бек Жұма Серік Нұр Ерме Қайрат Оразғали Тоқтар Сейіт Әбіл Мұрат Дос Қасым Ыдырыс"
        " Төле Шәріп Ғаби Өмір Үмбет Байтұр Есен Жақып Кәрім Мәде Рахым Сағын Талғат"
    ),
    ("ов", "ова", "ұлы", "қызы", "баев", "баева", "беков", "бекова", "ханов", "жанова", "ғалиев"),
    _split(
        "Айдос Әсел Бауыржан Гүлнар Дәурен Ерлан Жанар Зарина Қанат Ләззат Марат Нұрлан Олжас"
        " Перизат Рүстем Сәуле Тимур Ұлан Шолпан Індира Александр Елена Ольга Сергей"
    ),
)
_GERMAN = Names(
    _split(
        "Stein Berg Wald Feld Holz Lind Eich Roth Schön Brück Acker Kirch Neu Alt Ober Unter Sand"
        " Reich Grün Weiß"
    ),
    ("mann", "meier", "hof", "bach", "stein", "bauer", "berger", "er", "müller", "wald", "feld"),
    _split(
        "Anna Bernd Claudia Dieter Eva Frank Greta Hans Ingrid Jürgen Karin Lukas Monika Norbert"
        " Petra Ralf Sabine Thomas Ulrike Wolfgang"
    ),
)
_TURKISH = Names(
    _split("Yıl Ak Kara Öz Demir Gün Ay Taş Er Çelik Kaya Şahin Toprak Deniz Bulut"),
    ("maz", "soy", "türk", "oğlu", "can", "er", "kan", "doğan", "taş", "el", "man"),
    _split("Ahmet Ayşe Burak Cem Deniz Elif Fatma Gökhan Hakan İpek Kemal Leyla Murat Zeynep"),
)
_EASTERN = Names(
    _split("Li Wang Zhang Chen Liu Yang Zhao Huang Zhou Wu Xu Sun Ma Zhu Hu Guo He Lin"),
    ("", "", " Da", " Xiao"),
    _split(
        "Wei Fang Jing Li Na Min Qiang Yan Yong Jun Lei Tao Ping Gang Hui Xin Mei Bo Chao Dan Feng"
        " Guo Hai Jia Kun Ling Ming Ning"
    ),
)
_LATIN = Names(
    _split("Bren Cal Dor Mar Len Fal Gar Hol Win Nor Pet Rob San Tor Val Will Mor Par Ren Sel"),
    ("son", "ton", "ley", "ini", "etti", "ard", "ier", "ska", "ova", "well", "man", "ström"),
    _split(
        "Alice Bruno Carla David Emma Felix Giulia Henri Irene James Kate Louis Maria Nora Oscar"
        " Paula Robert Sofia Tom Victor"
    ),
)
NAMES: Mapping[str, Names] = {
    **dict.fromkeys(("KZ", "RU", "BY", "KG", "UZ"), _CYRILLIC),
    **dict.fromkeys(("DE", "AT"), _GERMAN),
    "TR": _TURKISH,
    **dict.fromkeys(("CN", "KR", "JP"), _EASTERN),
}


def names_of(country: str) -> Names:
    """How people of ``country`` are called."""
    return NAMES.get(country, _LATIN)


_SYLLABLES = _split(
    "al ber cor den el far gal hel in kar lum mer nor or pal quin ros sil ter ul var wes yor zen"
    " tec gen max pro sol"
)
_ROMAN = "abcdefghijklmnopqrstuvwxyz"
_IN_CYRILLIC = dict(
    zip(_ROMAN, ("а", *"бкдефгхижклмнопкрстувв", "кс", "й", "з"), strict=True)
)  # to be read, not a standard


def brand(chance: Chance) -> tuple[str, str]:
    """The name of a firm that is not there, in Latin and in Cyrillic letters."""
    count = 2 if chance.maybe(30) else 3
    word = "".join(chance.choice(_SYLLABLES) for _ in range(count))
    return word.capitalize(), "".join(_IN_CYRILLIC[letter] for letter in word).capitalize()


FIELDS = (
    ("Металл", "Металл", "Metals"),
    ("Энерго", "Энерго", "Energy"),
    ("Агро", "Агро", "Agro"),
    ("Құрылыс", "Строй", "Construction"),
    ("Логистика", "Логистика", "Logistics"),
    ("Машина жасау", "Машиностроение", "Engineering"),
    ("Су", "Вода", "Water"),
    ("Туризм", "Туризм", "Tourism"),
    ("Цифрлық шешімдер", "Цифровые решения", "Digital Solutions"),
    ("Химия", "Химия", "Chemicals"),
)
POSITIONS = (
    ("Директор", "Директор", "Director"),
    ("Бас директордың орынбасары", "Заместитель генерального директора", "Deputy director general"),
    ("Өкіл", "Представитель", "Representative"),
    ("Жоба жетекшісі", "Руководитель проекта", "Project manager"),
    ("Сауда кеңесшісі", "Торговый советник", "Trade counsellor"),
    ("Бөлім басшысы", "Начальник отдела", "Head of unit"),
)
PLACES = {
    Language.KK: ("Облыс әкімдігі, Өскемен қ.", "Риддер қ., зауыт аумағы", "Бейнебайланыс"),
    Language.RU: ("Акимат области, г. Усть-Каменогорск", "г. Риддер, площадка завода", "ВКС"),
    Language.EN: ("Regional akimat, Oskemen", "Ridder, plant site", "Video link"),
}
HOSTS = {
    Language.KK: ("Облыс әкімінің орынбасары", "Кәсіпкерлік басқармасының басшысы"),
    Language.RU: ("Заместитель акима области", "Руководитель управления предпринимательства"),
    Language.EN: ("Deputy akim of the region", "Head of the entrepreneurship department"),
}
TOPICS = {
    Language.KK: (
        "металл өңдеу кәсіпорнын салу",
        "су дайындау жабдығын жеткізу",
        "жел электр станциясын салу",
        "сүт өнімдерін өңдеу",
        "туристік инфрақұрылымды дамыту",
        "деректер өңдеу орталығын құру",
        "кадрлар даярлау",
        "логистикалық орталық ашу",
        "тұрмыстық қалдықтарды өңдеу",
        "сирек металдар бойынша ғылыми ынтымақтастық",
    ),
    Language.RU: (
        "строительство металлообрабатывающего предприятия",
        "поставка оборудования водоподготовки",
        "строительство ветровой электростанции",
        "переработка молочной продукции",
        "развитие туристической инфраструктуры",
        "создание центра обработки данных",
        "подготовка кадров",
        "открытие логистического центра",
        "переработка бытовых отходов",
        "научное сотрудничество по редким металлам",
    ),
    Language.EN: (
        "a metalworking plant",
        "supply of water treatment equipment",
        "a wind power station",
        "processing of dairy products",
        "tourist infrastructure",
        "a data centre",
        "staff training",
        "a logistics centre",
        "recycling of household waste",
        "research on rare metals",
    ),
}
MEETINGS = {
    Language.KK: ("«{}» өкілдерімен кездесу: {}", "«{}» басшылығымен келіссөз: {}"),
    Language.RU: ("Встреча с представителями «{}»: {}", "Переговоры с руководством «{}»: {}"),
    Language.EN: ("Meeting with {}: {}", "Talks with the management of {}: {}"),
}
DELEGATIONS = {
    Language.KK: "«{}» бизнес делегациясының сапары: {}",
    Language.RU: "Визит бизнес-делегации «{}»: {}",
    Language.EN: "Visit of a business delegation of {}: {}",
}
POINTS = {
    Language.KK: (
        "«{}» компаниясымен консультация өткізу: {}",
        "«{}» компаниясына ақпарат ұсыну: {}",
        "«{}» компаниясы үшін жер учаскесін таңдау: {}",
        "«{}» компаниясымен меморандум жобасын келісу: {}",
        "«{}» компаниясының объектісіне барып қайту: {}",
    ),
    Language.RU: (
        "Провести консультации с компанией «{}»: {}",
        "Предоставить информацию компании «{}»: {}",
        "Подобрать земельный участок для компании «{}»: {}",
        "Согласовать проект меморандума с компанией «{}»: {}",
        "Организовать выезд на объект компании «{}»: {}",
    ),
    Language.EN: (
        "Hold consultations with {} on {}",
        "Provide information to {} on {}",
        "Select a land plot for {}: {}",
        "Agree the draft memorandum with {}: {}",
        "Arrange a site visit with {}: {}",
    ),
}
PROGRESS = {
    Language.KK: (
        "Хат жолданды, жауап күтілуде",
        "Серіктес тарап құжаттар пакетін ұсынды",
        "Келіссөздің келесі кезеңі белгіленді",
        "Жұмыс тобының отырысы өтті",
    ),
    Language.RU: (
        "Письмо направлено, ожидается ответ",
        "Партнёр представил пакет документов",
        "Назначен следующий этап переговоров",
        "Проведено заседание рабочей группы",
    ),
    Language.EN: (
        "A letter was sent, the answer is awaited",
        "The partner handed in the documents",
        "The next round of talks is set",
        "The working group met",
    ),
}
OUTCOMES = {
    Language.KK: ("Консультация өтті, хаттамаға қол қойылды", "Ақпарат толық көлемде ұсынылды"),
    Language.RU: (
        "Консультации проведены, протокол подписан",
        "Информация предоставлена полностью",
    ),
    Language.EN: ("Consultations were held, minutes signed", "The information was given in full"),
}
OUTSIDERS = (
    "«Kazakh Invest» ҰК АҚ",
    "Өскемен қаласының әкімдігі",
    "ТОО «Восток-Энерго»",
    "Управление земельных отношений",
    "Ulba Metallurgical Plant",
)
ARCHIVED = "қайталанған жазба"
