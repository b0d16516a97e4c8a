"""Words that stand beside a name: legal forms, titles, particles, patronymics; all folded."""

import re

from crm.core.language import fold


def _set(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


_LEGAL = _set(
    "ЖШС ТОО АҚ АО ЖАҚ ЗАО ОАО ПАО НАО ООО ЖК ИП КХ ШҚ ГП РГП КГП МКК РМК КММ ШЖҚ ПХВ ҰК НК"
    " ОЮЛ КЕАҚ"
    " серіктестігі серіктестік жауапкершілігі шектеулі қоғам қоғамы акционерлік кәсіпорны"
    " товарищество ограниченной ответственностью акционерное общество открытое закрытое"
    " LLP LLC JSC CJSC OJSC PJSC NC GmbH gGmbH mbH AG KG KGaA OHG eV SE EG UG plc Ltd Limited Co"
    " Inc Incorporated Corp LP PLLC Pty Pte PT Sdn Bhd AŞ AS LŞ ŞTİ TAO Şti Anonim Şirketi Şirket"
    " Sanayi San Sanayii ve Ticaret Tic SA SAS SARL SRL SpA SL BV NV ASA AB Oy Oyj ApS sro"
    " zoo spzoo Kft Zrt Nyrt KK YK Aktiengesellschaft Gesellschaft mit beschränkter Haftung MChJ AJ"
    " QK XK ГмбХ ЛТД Лимитед Инк АГ КГ СЕ ПЛС СА СПА МЧЖ ЧП"
)
_JOINERS = _set("und and et и және мен ve & the")
_GROUPS = _set(
    "Group Групп Груп Группа Тобы Gruppe Grup Grubu Groupe Gruppo Guruhi Concern Konzern Концерн"
    " Концерні Company Companies Компания Компаниясы Компани Corporation Корпорация Корпорациясы"
    " Корпорейшн Holding Holdings Холдинг Холдингі Холдингс Technologies Technology Технолоджис"
    " Технологии Технолоджи International Интернэшнл Интернешнл Интернейшнл Халықаралық"
    " фирма фирмасы фирма"
)
_HONORIFICS = _set(
    "Dr Prof Mr Mrs Ms Herr Frau Dipl Ing Sir Dame Lord Bey Hanım д-р др проф г-н г-жа гн гжа"
    " господин госпожа мырза ханым доктор профессор"
)
_PARTICLES = _set("von vom zu zum zur der den dem de del della du фон цу дер ден де дель делла дю")
# -ұлы and -қызы stand for themselves, too: Тоқтар ұлы.
_PATRONYMIC = re.compile(
    ".{2,}(?:ович|евич|ьич|овна|евна|инична|ична|улы|кызы|углы|"
    "ovich|evich|yevich|ovna|evna|yevna|uly|ulı|uli|kyzy|qyzy|qızı|qizi|ugli|ogly|ogli|kizi)"
    "|улы|кызы|оглы|углы|uly|kyzy|qyzy|qizi|ogly|ugli|oglu"
)
_TITLE_CASE_CYRILLIC = re.compile("[Ѐ-Я\u04d8ҒҚҢӨҰҮҺІ][а-џ\u04d9ғқңөұүһі]+")
_LONGEST_SHORT_FORM = 3


def is_form(written: str, word: str) -> bool:
    """Whether ``word``, ``written`` so before it was folded, is a legal form or joins two words.

    «АҚ» is a company, «Ақ» in «Ақ Алтын» is the colour white.
    """
    if word in _JOINERS:
        return True
    is_word = len(word) <= _LONGEST_SHORT_FORM and _TITLE_CASE_CYRILLIC.fullmatch(written)
    return word in _LEGAL and not is_word


def is_general(word: str) -> bool:
    """Whether ``word`` is often left out of an organisation's name: group, company, holding."""
    return word in _GROUPS


def is_honorific(word: str) -> bool:
    """Whether ``word`` is a title or a form of address."""
    return word in _HONORIFICS


def is_particle(word: str) -> bool:
    """Whether ``word`` is a particle of European family names; not one that is a name itself
    (Le, Van, Ли).
    """
    return word in _PARTICLES


def is_patronymic(word: str) -> bool:
    """Whether ``word`` ends as patronymics do; so do some family names."""
    return _PATRONYMIC.fullmatch(word) is not None
