"""The flight stream of Next.js: rows pushed in pieces, texts in rows of their own."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from searchapp.extraction.metadata.next_flight import read_flight_values


def page(*pieces: str) -> str:
    return "".join(
        f"<script>self.__next_f.push([1,{json.dumps(piece)}])</script>" for piece in pieces
    )


def test_rows_are_read_and_others_passed_over() -> None:
    markup = page('1:"$Sreact.fragment"\n2:I[1,[],""]\n', '3:{"title":"Ferry"}\n4:null\n')
    assert read_flight_values(markup) == [{"title": "Ferry"}]


def test_a_row_may_be_pushed_in_pieces() -> None:
    assert read_flight_values(page('3:{"tit', 'le":"Ferry"}\n')) == [{"title": "Ferry"}]


def test_a_text_row_is_put_where_it_is_referred_to() -> None:
    text = "<p>Фериботът тръгва.</p>\n<p>Again.</p>"
    row = f"6:T{len(text.encode()):x},{text}"
    assert read_flight_values(page(row, '5:["$",{"body":"$6","price":"$7"}]\n')) == [
        ["$", {"body": text, "price": "$7"}]
    ]


def test_a_page_without_a_stream_has_none() -> None:
    assert read_flight_values("<p>self.__next_f is an array</p>") == []
    assert read_flight_values('<script>self.__next_f.push([1,"unclosed])</script>') == []


@given(st.lists(st.text(alphabet='0123456789abT:,"$[]{}\n', max_size=60), max_size=4))
def test_any_stream_is_survived(pieces: list[str]) -> None:
    assert isinstance(read_flight_values(page(*pieces)), list)
