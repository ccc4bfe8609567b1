"""What people do on the search page, in a real browser."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.archive import DOCUMENTS

pytestmark = pytest.mark.browser


def one(browser: Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def every(browser: Chrome, selector: str) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, selector)


def follow(browser: Chrome, link: WebElement) -> None:
    """Click, and wait for the page the link leads to."""
    left = shown_page(browser)
    link.click()
    next_page(browser, left)


def shown_page(browser: Chrome) -> str:
    """Which load of a page is shown: the loader identifier of the DevTools protocol."""
    tree = browser.execute_cdp_cmd("Page.getFrameTree", {})
    return str(tree["frameTree"]["frame"]["loaderId"])


def next_page(browser: Chrome, left: str) -> None:
    """Wait until another page than the one left is shown, and is whole."""
    waiting = WebDriverWait(browser, 20, ignored_exceptions=[WebDriverException])
    waiting.until(lambda shown: shown_page(shown) != left)
    waiting.until(lambda shown: shown.find_elements(By.CSS_SELECTOR, "main h1"))


def total(browser: Chrome) -> int:
    stated = re.match(r"(?:.* of )?([\d,]+) results?", one(browser, "h1").text)
    assert stated, one(browser, "h1").text
    return int(stated[1])


def hits_on_all_pages(browser: Chrome) -> int:
    counted = len(every(browser, ".hit"))
    while following := every(browser, ".pagination a[rel=next]"):
        follow(browser, following[0])
        counted += len(every(browser, ".hit"))
    return counted


def search(browser: Chrome, server: str, words: str) -> None:
    browser.get(server)
    one(browser, "#q").send_keys(words)
    follow(browser, one(browser, ".searchbox button"))


def click_place(browser: Chrome) -> int:
    """Choose the first place; returns the count beside it."""
    link = one(browser, "#facet-place .value .choose")
    count = int(link.find_element(By.CSS_SELECTOR, ".count").text.split()[0])
    follow(browser, link)
    return count


@pytest.mark.parametrize("kind", ["browser", "plain"])
def test_a_place_shows_as_many_hits_as_it_counts(
    request: pytest.FixtureRequest, server: str, kind: str
) -> None:
    browser = request.getfixturevalue(kind)
    search(browser, server, "ferry Harlan")
    assert total(browser) == 24
    assert one(browser, ".hit mark").text.lower() == "ferry"
    count = click_place(browser)
    assert 0 < count < 24
    assert total(browser) == count
    assert hits_on_all_pages(browser) == count


@pytest.mark.parametrize("kind", ["browser", "plain"])
def test_a_chip_takes_its_filter_away(
    request: pytest.FixtureRequest, server: str, kind: str
) -> None:
    browser = request.getfixturevalue(kind)
    search(browser, server, "ferry Harlan")
    click_place(browser)
    chip = one(browser, ".chip")
    assert chip.accessible_name.startswith("Remove filter place: ")
    follow(browser, chip)
    assert every(browser, ".chip") == []
    assert total(browser) == 24


def test_without_javascript_filters_more_values_and_dates_work(plain: Chrome, server: str) -> None:
    plain.get(f"{server}/search?q=ferry&facets=place:2,date:year")
    assert one(plain, "#facet-place").is_displayed()
    follow(plain, one(plain, "#facet-place .more a"))
    assert len(every(plain, "#facet-place .value")) == 6
    one(plain, ".as-table summary").click()
    row = one(plain, ".as-table tbody tr")
    count = int(row.find_element(By.TAG_NAME, "td").text)
    follow(plain, row.find_element(By.TAG_NAME, "a"))
    assert total(plain) == count
    follow(plain, one(plain, ".between button"))
    assert total(plain) == count


def test_a_search_from_start_to_article_by_keyboard_alone(browser: Chrome, server: str) -> None:
    browser.get(server)
    keys(browser, Keys.TAB)
    assert focused(browser).get_attribute("textContent") == "Skip to the results"
    keys(browser, "/")
    assert focused(browser).get_attribute("id") == "q"
    keys(browser, "ferry")
    enter(browser)
    tab_to(browser, "#facet-place .value:first-child .choose")
    tab_to(browser, "#facet-place .value:first-child .refine a:last-child")
    exclude = focused(browser)
    assert exclude.accessible_name.startswith("Exclude ")
    assert opacity_of_refine(browser) == 1
    before = total(browser)
    enter(browser)
    assert total(browser) < before
    tab_to(browser, ".hit h3 a")
    title = focused(browser).text
    enter(browser)
    assert one(browser, "h1").text == title
    tab_to(browser, ".back a")
    enter(browser)
    assert total(browser) < before


def keys(browser: Chrome, *pressed: str) -> None:
    ActionChains(browser).send_keys(*pressed).perform()


def enter(browser: Chrome) -> None:
    """Press Enter, and wait for the page it leads to."""
    left = shown_page(browser)
    keys(browser, Keys.ENTER)
    next_page(browser, left)


def focused(browser: Chrome) -> WebElement:
    return browser.switch_to.active_element


def tab_to(browser: Chrome, selector: str) -> None:
    """Press Tab until the element has the focus; whatever has it on the way shows it."""
    wanted = one(browser, selector)
    for _ in range(200):
        keys(browser, Keys.TAB)
        outline = focused(browser).value_of_css_property("outline-style")
        assert outline != "none", focused(browser).get_attribute("outerHTML")
        if focused(browser) == wanted:
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


def opacity_of_refine(browser: Chrome) -> float:
    """Opacity once the transition, if any, has ended."""
    script = (
        "const shown = document.activeElement.parentElement;"
        "shown.getAnimations().forEach((one) => one.finish());"
        "return getComputedStyle(shown).opacity"
    )
    return float(browser.execute_script(script))


def test_a_long_facet_can_be_searched_for_a_name(browser: Chrome, server: str) -> None:
    browser.get(f"{server}/search?facets=place:10,author:100")
    find = one(browser, ".find input[type=search]")  # six places need no search
    assert find.accessible_name == "Find in authors"
    find.send_keys("réporter 7")
    shown = [value.text for value in every(browser, "#facet-author .name") if value.is_displayed()]
    assert shown == ["Reporter 7"]


def test_a_facet_can_be_searched_beyond_the_values_shown(browser: Chrome, server: str) -> None:
    browser.get(f"{server}/search?facets=author:1")
    left = shown_page(browser)
    one(browser, "#facet-author form.find input").send_keys("réporter 7", Keys.ENTER)
    next_page(browser, left)
    assert [name.text for name in every(browser, "#facet-author .name")] == ["Reporter 7"]


def test_phones_get_one_column_and_the_filters_on_demand(phone: Chrome, server: str) -> None:
    phone.get(f"{server}/search?q=ferry&place=Varnholm")
    summary = one(phone, "#filters > summary")
    assert summary.text == "Filters (1)"
    assert not one(phone, "#facet-place .choose").is_displayed()
    summary.click()
    assert one(phone, "#facet-place .choose").is_displayed()


OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
ADDRESSES = (
    "/",
    "/search?q=ferry&place=Varnholm&person.not=Nobody+At+All&from=2021-02",
    "/search?q=ferry+(",
    "/search?q=Donaudampf*",
    "/search?q=" + "unbreakable" * 40,
    "/search?q=ferry&site=nowhere.example",
    "/search?page=x",
    "/documents/report-03?q=ferry",
    "/documents/hostile",
    "/documents/arabic",
    "/documents/none",
    "/status",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_sticks_out_of_a_narrow_screen(phone: Chrome, server: str, address: str) -> None:
    phone.get(server + address)
    phone.execute_script(OPEN_ALL)
    wide = phone.execute_script("return document.documentElement.scrollWidth")
    assert wide <= 360


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_can_be_used_has_a_name_and_room_for_a_finger(
    phone: Chrome, server: str, address: str
) -> None:
    phone.get(server + address)
    phone.execute_script(OPEN_ALL)
    for element in every(
        phone, "a[href]:not([tabindex]), button, input:not([type=hidden]), summary"
    ):
        assert element.accessible_name or element.text, element.get_attribute("outerHTML")
    for element in every(phone, ".choose, .refine a, .chip, .pagination a, button, summary"):
        size = element.size
        small = size["height"] < 24 or size["width"] < 24  # WCAG 2.2, 2.5.8
        assert not (element.is_displayed() and small), element.get_attribute("outerHTML")


@pytest.mark.parametrize("address", ADDRESSES)
def test_landmarks_and_headings_make_an_outline(browser: Chrome, server: str, address: str) -> None:
    browser.get(server + address)
    roles = [element.aria_role for element in every(browser, "header, main, form[role=search]")]
    assert {"banner", "main", "search"} <= set(roles)
    levels = [int(heading.tag_name[1]) for heading in every(browser, "h1, h2, h3, h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_runs_or_loads_what_it_should_not(
    browser: Chrome, server: str, address: str
) -> None:
    logged(browser)
    browser.get(server + address)
    assert browser.title.endswith("· searchapp")
    expected = ("status of 400", "status of 404")
    assert [line for line in logged(browser) if not any(one in line for one in expected)] == []


def logged(browser: Chrome) -> list[str]:
    """What the browser complained of since it was last asked."""
    return [entry["message"] for entry in browser.get_log("browser")]  # type: ignore[no-untyped-call]


def test_right_to_left_text_runs_right_to_left(browser: Chrome, server: str) -> None:
    browser.get(f"{server}/documents/arabic")
    assert one(browser, "h1").value_of_css_property("direction") == "rtl"
    assert one(browser, ".text p").value_of_css_property("direction") == "rtl"
    assert one(browser, ".about h2").value_of_css_property("direction") == "ltr"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Chrome, server: str, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(f"{server}/search?q=ferry&place=Varnholm")
    faint = browser.execute_script(FAINT_TEXT)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert faint == []


# Contrast as WCAG 2.2 (1.4.3) computes it, of every text with the first opaque ground below.
FAINT_TEXT = """
const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const texts = [...document.querySelectorAll("body *:not(svg, svg *, script)")].filter((element) =>
  [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
return texts.filter((element) => element.checkVisibility()).map((element) => {
  const colour = getComputedStyle(element).color;
  if (!colour.startsWith("rgb")) return null;
  const [a, b] = [light(parse(colour)), light(ground(element))].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05) < 4.5 ? element.outerHTML.slice(0, 120) : null;
}).filter(Boolean);
"""


def test_the_front_page_lists_everything(browser: Chrome, server: str) -> None:
    browser.get(server)
    assert total(browser) == len(DOCUMENTS)
    assert hits_on_all_pages(browser) == len(DOCUMENTS)


def type_words(browser: Chrome, words: str) -> list[str]:
    """Type into the box; the texts of what is suggested."""
    one(browser, "#q").send_keys(words)
    waiting = WebDriverWait(browser, 20)
    waiting.until(lambda shown: every(shown, "#suggestions:not([hidden]) [role=option]"))
    return [option.text for option in every(browser, "#suggestions [role=option]")]


def choose(browser: Chrome, wanted: str) -> None:
    """Go to an option with the arrow keys and choose it."""
    box = one(browser, "#q")
    for option in every(browser, "#suggestions [role=option]"):
        box.send_keys(Keys.ARROW_DOWN)
        assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
        assert option.get_attribute("aria-selected") == "true"
        assert len(every(browser, "#suggestions [aria-selected=true]")) == 1
        if option.text.startswith(wanted):
            break
    left = shown_page(browser)
    box.send_keys(Keys.ENTER)
    next_page(browser, left)


def test_a_name_is_chosen_with_the_keyboard_while_it_is_typed(browser: Chrome, server: str) -> None:
    browser.get(server)
    box = one(browser, "#q")
    assert box.get_attribute("aria-expanded") == "false"
    offered = type_words(browser, "harl")
    assert box.get_attribute("aria-expanded") == "true"
    assert offered[0] == "Edda Harlan person · 24"
    assert offered[-2:] == ["About Edda Harlan", "Search for harl"]
    assert [mark.text for mark in every(browser, "#suggestion-0 mark")] == ["Harl"]
    choose(browser, "Edda Harlan")
    assert browser.current_url == f"{server}/search?person=Edda+Harlan"
    assert one(browser, "#q").get_attribute("value") == ""
    assert total(browser) == 24


def test_a_suggestion_forgives_a_slip_and_keeps_the_filters(browser: Chrome, server: str) -> None:
    search(browser, server, "ferry Harlan")
    count = click_place(browser)
    (kept,) = re.findall(r"place=[^&]+", browser.current_url)
    one(browser, "#q").clear()
    offered = type_words(browser, "halran ed")
    assert offered[0] == f"Edda Harlan person · {count}"
    assert [mark.text for mark in every(browser, "#suggestion-0 mark")] == ["Ed", "Harlan"]
    choose(browser, "Edda Harlan")
    assert kept in browser.current_url
    assert "person=Edda+Harlan" in browser.current_url
    assert total(browser) == count


def test_the_text_as_typed_and_the_page_about_a_name_are_offered(
    browser: Chrome, server: str
) -> None:
    browser.get(server)
    type_words(browser, "harl")
    choose(browser, "About")
    assert browser.current_url == f"{server}/entities/person/Edda%20Harlan"
    browser.get(server)
    type_words(browser, "harlan fer")
    choose(browser, "Search for")
    assert browser.current_url == f"{server}/search?q=harlan+fer"


def test_a_slip_of_a_name_shows_its_results_and_the_way_back(browser: Chrome, server: str) -> None:
    browser.get(server)
    one(browser, "#q").send_keys("edda halran")
    left = shown_page(browser)
    one(browser, "#q").send_keys(Keys.ENTER)
    next_page(browser, left)
    told = one(browser, ".correction")
    assert told.text.startswith("No page has halran. Results for edda Harlan.")
    assert total(browser) == 24
    follow(browser, one(browser, ".correction a"))
    assert "spelling=typed" in browser.current_url
    assert not every(browser, ".correction")
    assert one(browser, ".unknown").text == "No page has halran."


def test_escape_closes_the_suggestions_and_keeps_what_is_typed(
    browser: Chrome, server: str
) -> None:
    browser.get(server)
    one(browser, "#q").send_keys("harl")
    waiting = WebDriverWait(browser, 20)
    waiting.until(lambda shown: every(shown, "#suggestions:not([hidden]) [role=option]"))
    one(browser, "#q").send_keys(Keys.ESCAPE)
    assert not one(browser, "#suggestions").is_displayed()
    assert one(browser, "#q").get_attribute("value") == "harl"
    follow(browser, one(browser, ".searchbox button"))
