"""Texts in a file for spreadsheets: none of them is a formula that somebody else has written."""

from ivr.web.api.spreadsheet import as_text


def test_a_text_begins_no_formula() -> None:
    assert [as_text(each) for each in ("007", "+1\n=2", "-2", "@x", "\t=1", "a=b")] == [
        '="007"',
        "'+1\n'=2",
        "'-2",
        "'@x",
        "'\t'=1",
        "a=b",
    ]
    parted = ("client:a;=HYPERLINK(1);b", 'a; "=1"', "a;b;-c", "a\r\n@x\r\ny", "a\t+1", "sip:a;transport=tcp")
    assert [as_text(each) for each in parted] == [
        "client:a;'=HYPERLINK(1);b",
        'a;\' "=1"',
        "a;b;'-c",
        "a\r\n'@x\r\ny",
        "a\t'+1",
        "sip:a;transport=tcp",
    ]
