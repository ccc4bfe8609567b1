"""The tables of `gazetteer`: what English news writes of countries and peoples beside the CLDR."""

# ruff: noqa: SIM905 -- word lists are read as running text

# CLDR regions that are not a country or territory anyone writes about by that name.
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})

# Where an English reader expects another name than CLDR's.
PREFERRED = {
    "BA": "Bosnia and Herzegovina",
    "CD": "DR Congo",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macau",
    "PS": "Palestine",
    "TL": "East Timor",
    "TR": "Turkey",
    "VA": "Vatican",
}

COMMON_FORMS = {
    "AE": "UAE|U.A.E.|Emirates",
    "BA": "Bosnia|Bosnia-Herzegovina",
    "BY": "Byelorussia",
    "CD": "DRC|D.R. Congo|Congo-Kinshasa|Democratic Republic of Congo|"
    "Democratic Republic of the Congo|Zaire",
    "CG": "Congo-Brazzaville|Republic of Congo",
    "CI": "Cote d'Ivoire",
    "CN": "PRC|People's Republic of China|Mainland China",
    "CV": "Cabo Verde",
    "CZ": "Czechia",
    "GB": "UK|U.K.|Britain|Great Britain|United Kingdom of Great Britain and Northern Ireland",
    "IR": "Islamic Republic of Iran",
    "KP": "N. Korea|N.Korea|DPRK|Democratic People's Republic of Korea",
    "KR": "S. Korea|S.Korea|ROK|Republic of Korea",
    "MD": "Moldavia|Republic of Moldova",
    "MK": "Macedonia|FYROM|Republic of North Macedonia",
    "MM": "Burma",
    "NL": "Holland",
    "NZ": "NZ|N. Zealand",
    "PS": "Palestinian Territories|Palestinian Authority Territories|State of Palestine",
    "RU": "Russian Federation",
    "SA": "KSA|Kingdom of Saudi Arabia",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TL": "Timor-Leste",
    "TR": "Türkiye|Republic of Turkey",
    "TW": "Republic of China",
    "US": "U.S.|USA|U.S.A.|United States of America|America",
    "VA": "Vatican City|Holy See",
    "VN": "Viet Nam",
    "ZA": "S. Africa|S.Africa|RSA",
}

# What news writes of as often in another sense: people, birds, islands, airlines.
OTHER_SENSES = frozenset("chad emirates georgia guernsey holland jersey jordan turkey".split())

# Abbreviations and second spellings of places that are no countries.
PLACES = {
    "Ala.": "Alabama",
    "Ariz.": "Arizona",
    "Ark.": "Arkansas",
    "Calif.": "California",
    "Colo.": "Colorado",
    "Conn.": "Connecticut",
    "D.C.": "Washington",
    "Del.": "Delaware",
    "Fla.": "Florida",
    "Ill.": "Illinois",
    "Kan.": "Kansas",
    "Ky.": "Kentucky",
    "Mass.": "Massachusetts",
    "Mich.": "Michigan",
    "Minn.": "Minnesota",
    "Mont.": "Montana",
    "N. Ireland": "Northern Ireland",
    "N.C.": "North Carolina",
    "N.D.": "North Dakota",
    "N.H.": "New Hampshire",
    "N.J.": "New Jersey",
    "N.M.": "New Mexico",
    "N.Y.": "New York",
    "Neb.": "Nebraska",
    "Nev.": "Nevada",
    "New York City": "New York",
    "Okla.": "Oklahoma",
    "Ore.": "Oregon",
    "R.I.": "Rhode Island",
    "S.C.": "South Carolina",
    "S.D.": "South Dakota",
    "Tenn.": "Tennessee",
    "Tex.": "Texas",
    "Va.": "Virginia",
    "Vt.": "Vermont",
    "W.Va.": "West Virginia",
    "Washington D.C.": "Washington",
    "Washington, D.C.": "Washington",
    "Wis.": "Wisconsin",
    "Wyo.": "Wyoming",
    "Kiev": "Kyiv",
    "St Petersburg": "Saint Petersburg",
    "St. Petersburg": "Saint Petersburg",
}

# International bodies whose abbreviation stands for nothing else in upper case.
BODIES = {"EU": "European Union", "Fed": "Federal Reserve", "UN": "United Nations"}

# Nationalities that `SUFFIXES` do not make from a country's name, and faiths.
NATIONALITIES = frozenset(
    """afghan american andorran arab argentine armenian austrian azerbaijani azeri basque bavarian
    belgian bengali bosnian brazilian breton briton british bulgarian burmese cambodian canadian
    catalan chechen chilean chinese congolese cornish corsican croat croatian cuban cypriot czech
    dane danish dutch egyptian emirati english englishman estonian ethiopian european filipino
    finn finnish flemish frenchman french frenchwoman gambian georgian german ghanaian greek
    hungarian icelander icelandic indonesian iranian iraqi irish irishman israeli italian japanese
    jordanian kazakh kenyan korean kosovan kosovar kurd kurdish kuwaiti kyrgyz lao laotian latvian
    lebanese libyan lithuanian luxembourgish macedonian malagasy maltese mexican mongolian
    montenegrin moroccan muscovite nepalese nepali norwegian omani ossetian pakistani palestinian
    parisian persian peruvian philippine pole polish portuguese qatari romanian russian rwandan
    saudi scot scottish scotsman serb serbian siberian sicilian slovak slovakian slovene slovenian
    somali soviet spaniard spanish swede swedish swiss syrian taiwanese tajik tatar thai tibetan
    tunisian turk turkish turkmen ukrainian uighur uyghur uzbek venezuelan vietnamese welsh
    welshman yemeni zimbabwean african asian latino hispanic western eastern northern southern
    bahamian barbadian burkinabe honduran ivorian maldivian panamanian salvadoran togolese
    zealander anglo franco sino russo euro afro indo islamic muslim christian jewish jew
    catholic protestant orthodox hindu buddhist sikh sunni shia shiite republican democrat
    democratic""".split()
)
QUALIFIERS = frozenset(
    """and backed based born central costa east latin led new north or puerto south speaking sri
    west""".split()
)
SUFFIXES = ("n", "an", "ian", "i", "ese", "er")
