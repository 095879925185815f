"""The words of dates: months and weekdays of some thirty languages, zones, and what stands around a date."""

from __future__ import annotations

import re

_MONTHS = {
    1: "januar january janvier enero gennaio janeiro januari stycznia styczeń ledna tammikuuta ocak января"
    " jänner gener",
    2: "februar february février fevrier febrero febbraio fevereiro februari lutego luty února helmikuuta şubat"
    " февраля",
    3: "märz march mars marzo março maart marca marzec března maaliskuuta mart марта marts maerz",
    4: "april avril abril aprile kwietnia kwiecień dubna huhtikuuta nisan апреля",
    5: "mai may mayo maggio maio mei maj maja května toukokuuta mayıs мая",
    6: "juni june juin junio giugno junho czerwca czerwiec června kesäkuuta haziran июня",
    7: "juli july juillet julio luglio julho lipca lipiec července heinäkuuta temmuz июля",
    8: "august août aout agosto augustus augusti sierpnia sierpień srpna elokuuta ağustos августа",
    9: "september septembre septiembre settembre setembro września wrzesień září syyskuuta eylül сентября setiembre",
    10: "oktober october octobre octubre ottobre outubro października październik října lokakuuta ekim октября",
    11: "november novembre noviembre novembro listopada listopad listopadu marraskuuta kasım ноября",
    12: "dezember december décembre decembre diciembre dicembre dezembro grudnia grudzień prosince joulukuuta aralık"
    " декабря desember",
}
# Rumanian, Catalan, Indonesian, Ukrainian, Greek, Arabic of Egypt, the Maghreb and the Levant, Hindi.
_MORE_MONTHS = {
    1: "ianuarie gener januari січня ιανουαρίου يناير جانفي كانونالثاني जनवरी",
    2: "februarie febrer februari лютого φεβρουαρίου فبراير فيفري شباط फरवरी फ़रवरी",
    3: "martie març maret березня μαρτίου مارس آذار मार्च",
    4: "aprilie abril april квітня απριλίου أبريل إبريل أفريل نيسان अप्रैल",
    5: "mai maig mei травня μαΐου μαίου مايو ماي أيار मई",
    6: "iunie juny juni червня ιουνίου يونيو جوان حزيران जून",
    7: "iulie juliol juli липня ιουλίου يوليو جويلية تموز जुलाई",
    8: "agost agustus серпня αυγούστου أغسطس أوت آب अगस्त",
    9: "septembrie setembre вересня σεπτεμβρίου سبتمبر أيلول सितंबर सितम्बर",
    10: "octombrie жовтня οκτωβρίου أكتوبر تشرينالأول अक्टूबर अक्तूबर",
    11: "noiembrie novembre листопада νοεμβρίου نوفمبر تشرينالثاني नवंबर नवम्बर",
    12: "decembrie desembre грудня δεκεμβρίου ديسمبر كانونالأول दिसंबर दिसम्बर",
}
# Slovak, Slovene, Serbian, Bulgarian, Hungarian, Russian alone; Hebrew, Thai with its abbreviations. Croatian has
# names of its own; three of them are, or begin like, those of other months in Polish and Czech.
_STILL_MORE_MONTHS = {
    1: "siječnja januára januara január януари январь בינואר ינואר มกราคม ม.ค.",
    2: "veljače februára februara február февруари февраль בפברואר פברואר กุมภาพันธ์ ก.พ.",
    3: "ožujka március март במרץ מרץ במרס มีนาคม มี.ค.",
    4: "travnja apríla aprila április април апрель באפריל אפריל เมษายน เม.ย.",
    5: "svibnja mája május май במאי מאי พฤษภาคม พ.ค.",
    6: "júna juna június юни июнь ביוני יוני มิถุนายน มิ.ย.",
    7: "júla jula július юли июль ביולי יולי กรกฎาคม ก.ค.",
    8: "kolovoza avgusta augusztus август באוגוסט אוגוסט สิงหาคม ส.ค.",
    9: "rujna septembra szeptember септември сентябрь בספטמבר ספטמבר กันยายน ก.ย.",
    10: "októbra oktobra október октомври октябрь באוקטובר אוקטובר ตุลาคม ต.ค.",
    11: "studenoga studenog novembra ноември ноябрь בנובמבר נובמבר พฤศจิกายน พ.ย.",
    12: "prosinca decembra декември декабрь בדצמבר דצמבר ธันวาคม ธ.ค.",
}
CROATIAN_MONTHS = {"lipnja": "jun", "srpnja": "jul", "listopada": "oct"}
_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH_OF = {
    name: _ENGLISH[number - 1]
    for months in (_STILL_MORE_MONTHS, _MORE_MONTHS, _MONTHS)
    for number, names in months.items()
    for name in names.split()
}
"""The English abbreviation of a month's name."""
WITH_SIGNS = re.compile("|".join(re.escape(name) for name in MONTH_OF if not re.fullmatch(r"\w+", name)))
"""Months that expressions for words would cut, at a vowel sign or a dot."""
_DAYS = """
    montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so lundi mardi mercredi jeudi
    vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì
    giovedì venerdì sabato domenica segunda terça quarta quinta sexta feira maandag dinsdag woensdag donderdag
    vrijdag zaterdag zondag måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
    poniedziałek wtorek środa czwartek piątek sobota niedziela pazartesi salı çarşamba perşembe cuma cumartesi
    pazar
"""
WEEKDAYS = frozenset(_DAYS.split())
ZONES = {
    "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "GMT": 0,
    "UTC": 0, "BST": 1, "WET": 0, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "TRT": 3, "WIB": 7, "WITA": 8, "WIT": 9, "ICT": 7, "BRT": -3,
}  # fmt: skip
"""Hours ahead of UTC."""
LABELS = r"""published|posted|issued|released|veröffentlicht|publiziert|publié|publicado|pubblicato|geplaatst
    |gepubliceerd|(?:yayınlanma|giriş|oluşturulma)(?:\s+tarihi)?|yayın\s+tarihi|入力|입력|등록|승인|公開日?|投稿日?|配信|掲載|发布(?:时间|日期)?
    |时间|publicerad|publisert|udgivet|opublikowano|data\s+publikacji|dodano|vydáno|publikováno|zveřejněno|опубликовано
    |опубліковано|δημοσίευση|פורסם|प्रकाशित|đăng|diterbitkan|közzétéve|criado
    |julkaistu|publicat|data\s+public[ăa]rii|megjelent|objavljeno|송고"""
PUBLISHED = re.compile(rf"\b(?:{LABELS})\b", re.IGNORECASE | re.VERBOSE)
"""The words before the date when something came out."""
DAY_FIRST = re.compile(
    r"""\d\s?h\s?\d\d|\d:\d\d\s?h|GMT\+7
        |\b(?:a\s+l[ae]s|às|à|alle|ore|om|uhr|kl|klo|saat|στις|lúc|thứ|ngày|tarihi|publicado|publié|pubblicato|veröffentlicht
         |gepubliceerd|publicerad|udgivet|publisert|δημοσίευση|đăng|modifié|giriş|yayınlanma)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words of languages that set the day before the month: with one of them, 03/04/2025 is one day only."""
