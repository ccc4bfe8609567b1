"""Words in two inflections each, by language, as news have them; and those that are not joined."""

from __future__ import annotations

PAIRS = {
    "ar": "مدينة المدينة, مدينة والمدينة, مدينة للمدينة, مدينة بالمدينة, مدينة كالمدينة, ميناء "
    "الميناء, سفينة السفينة, سفينة وسفينة, إضراب الإضراب, اضراب الإضراب, اتفاقية "
    "واتفاقية, بيت البيت, يد اليد, دم للدم, وزير الوزير, وزير والوزير, الكتب الكتاب, "
    "مفاوضات المفاوضات, حكومة الحكومة, قانون وقانون, شركة وللشركة, دولة ودولة, أزمة ازمة, "
    "على علي, كتاب کتاب",
    "ca": "port ports, vaixell vaixells, elecció eleccions, ciutat ciutats, ponts pont, "
    "treballador treballadors",
    "cs": "přístav přístavy, stávka stávky, loď lodě, volby voleb, město města, město městy, "
    "most mosty, vlak vlaky, žena ženám, jednání jednáních, ministr ministrů, nový "
    "nového, mladý mladých, pristav přístavech, dělník dělníci",
    "da": "havn havne, strejke strejker, valg valget, båd både, færge færger, arbejder "
    "arbejdere, tog togene, skib skibene",
    "de": "Hafen Häfen, Streik Streiks, Wahl Wahlen, Haus Häuser, Schiff Schiffe, Zug Züge, "
    "Stadt Städte, Fähre Fähren, Verhandlung Verhandlungen, Strasse Straße",
    "el": "λιμάνι λιμάνια, πλοίο πλοία, εκλογή εκλογές, εργάτης εργάτες, πόλη πόλεις, γέφυρα "
    "γέφυρες, τρένο τρένα, υπουργός υπουργοί, δήμαρχος δήμαρχοι, πρόεδρος προέδρου, νόμος "
    "νόμοι, σπίτι σπίτια, δρόμος δρόμους, χώρα χώρες, νησί νησιά, καράβι ΚΑΡΑΒΙΑ, "
    "διαπραγμάτευση διαπραγματεύσεις",
    "en": "port ports, strike strikes, election elections, ferry ferries, city cities, bridge "
    "bridges, negotiate negotiations, vote voted, worker workers",
    "es": "elección elecciones, barco barcos, huelga huelgas, puerto puertos, trabajador "
    "trabajadores, votar votaron, alcaldesa alcaldesas, nación naciones",
    "fa": "کتاب کتاب‌ها, کتاب کتابهای, بندر بندرها, شهر شهرها, کارگر کارگران, کشتی کشتی‌ها, "
    "انتخاب انتخابات, روزنامه روزنامه‌های, کتاب كتاب, بزرگ بزرگترین, بزرگ بزرگتر",
    "fi": "satama satamassa, lakko lakot, laiva laivat, vaali vaalit, talo talot, juna junat, "
    "silta sillat",
    "fr": "élection élections, grève grèves, bateau bateaux, port ports, journal journaux, "
    "ouvrier ouvriers, général générale, élu élue, inondation inondations",
    "he": "ספינה הספינה, ספינה ספינות, ספינה והספינות, נמל הנמל, נמל בנמל, נמל לנמל, נמל מהנמל, "
    "נמל נמלים, שביתה השביתה, שביתה שביתות, עיר העיר, עיר לעיר, ממשלה הממשלה, ממשלה "
    "לממשלה, בחירות הבחירות, בחירות לבחירות, עובד עובדים, עובד העובדים, גשר הגשר, גשר "
    "גשרים, ראש הראש, רכבת הרכבת, רכבת ברכבת, מלחמה המלחמה, מלחמה במלחמה, שָׁלוֹם שלום, "
    "שלום השלום, משטרה המשטרה, משטרה והמשטרה",
    "hi": "लड़का लड़के, किताब किताबें, बंदरगाह बंदरगाहों, चुनाव चुनावों, शहर शहरों, हड़ताल "
    "हड़तालें, मज़दूर मज़दूरों, मजदूर मज़दूर, पुल पुलों, नदी नदियों, जहाज जहाजों, सड़क "
    "सडक, हिन्दी हिंदी, चाँद चांद",
    "hu": "kikötő kikötők, hajó hajók, választás választások, ház házak, város városban, munkás "
    "munkások, komp kompok",
    "it": "elezione elezioni, porto porti, sciopero scioperi, nave navi, lavoratore lavoratori, "
    "traghetto traghetti, sindaco sindaci, banca banche",
    "lt": "uostas uostai, streikas streikai, laivas laivai, miestas miestai, rinkimai rinkimų, "
    "tiltas tiltų",
    "nl": "staking stakingen, verkiezing verkiezingen, boot boten, huis huizen, arbeider "
    "arbeiders, brug bruggen, trein treinen, minister ministers",
    "no": "havn havner, streik streiken, valg valget, båt båter, ferge ferger, tog togene, skip "
    "skipene",
    "pl": "port portu, port portów, statki statków, statek statki, strajk strajki, strajk "
    "strajków, wybory wyborów, wybory wyborow, most mosty, miasto miasta, prom promów, "
    "kobieta kobietą, rozmowa rozmowy, pociąg pociągi, pociąg pociągów, pociag pociągami, "
    "nowy nowego, polski polska",
    "pt": "eleição eleições, porto portos, greve greves, trabalhador trabalhadores, navio "
    "navios, capitão capitães, nação nações, jornal jornais, cidadão cidadãos, hospital "
    "hospitais, homem homens, papel papéis",
    "ro": "grevă greve, muncitor muncitori, țară țări, negociere negocieri, țara tara",
    "ru": "порт порты, забастовка забастовки, корабль корабли, выборы выборов, город города, "
    "рабочий рабочие, мост мосты, поезд поезда, ёлка елки",
    "sv": "hamnen hamnar, strejk strejken, båt båtar, färja färjor, arbetare arbetarna, stad "
    "städer, tåg tågen",
    "tr": "ev evler, ev evde, evler evlerinde, kitap kitaplar, kitap kitabı, gemi gemiler, gemi "
    "gemilerin, gemi gemisi, şehir şehirler, şehir şehirde, sehir şehirden, grev grevler, "
    "grev grevin, liman limanlar, liman limanda, liman limanın, seçim seçimler, seçim "
    "seçimlerin, işçi işçiler, köprü köprüler, köprü köprünün, okul okulları, okul "
    "okulların, kapı kapıdan, yol yollar, yol yolu, gün günler, İstanbul İstanbul'da, "
    "istanbul ISTANBUL, ısı ISI",
    "uk": "порт порти, порт портів, порт портами, депутат депутати, канал канали, страйк "
    "страйки, страйк страйків, вибори виборів, вибори виборах, місто міста, місто "
    "містами, міст мосту, робітник робітники, робітник робітників, поїзд поїзди, поїзд "
    "поїздом, пором пороми, переговори переговорів, новий нового, новий новими, "
    "українська українською, Київ Києва, Київ Києві, Харків Харкова, рік року, рік років, "
    "стіл столу, війна війни, війна війною, голосувати голосував, голосувати голосували, "
    "м'ята м’ята, сім'я сімʼї, країна країни, мир миру",
}
MISSED = {
    "ar": "اللجنة للجنة",
    "de": "Arbeiter Arbeiterin",
    "el": "απεργία απεργίες",
    "fi": "kaupunki kaupungissa, työ työt",
    "he": "שנה שנים, ראש ראשי",
    "hu": "híd hidak",
    "nl": "haven havens, schip schepen, stad steden",
    "no": "by byer",
    "pl": "miasto mieście, robotnik robotnicy, minister ministra",
    "ro": "port porturi, tren trenuri",
    "tr": "polis polisi",
    "uk": "корабель кораблем, рука руці",
}


def pairs(words: str) -> list[tuple[str, str]]:
    """The pairs of a list of words."""
    found = [pair.split() for pair in words.split(",") if pair]
    return [(one, other) for one, other in found]
