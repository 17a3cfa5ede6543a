"""Letters, marks and digits beyond ASCII, as ranges for a regular expression that Python and browsers read alike.

Neither has a class that the other knows, and a name must end at the same place on the page and in a call. The ranges
are those of Unicode 14, with what is not assigned between them; letters beyond the Basic Multilingual Plane are left
out, since browsers would count them as two. A test compares them with Python's own table.
"""

UNICODE = 14
"""The version of the table."""

SPACED = (
    r"\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u02c6-\u02d1\u02e0-\u02e4\u02ec\u02ee"
    r"\u0300-\u0374\u0376-\u037d\u037f\u0386\u0388-\u03f5\u03f7-\u0481\u0483-\u0559\u0560-\u0588\u0591-\u05bd"
    r"\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7-\u05f2\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06dc"
    r"\u06df-\u06e8\u06ea-\u06fc\u06ff\u0710-\u07f5\u07fa-\u07fd\u0800-\u082d\u0840-\u085b\u0860-\u0887"
    r"\u0889-\u088e\u0898-\u08e1\u08e3-\u0963\u0966-\u096f\u0971-\u09f1\u09fc\u09fe-\u0a75\u0a81-\u0aef"
    r"\u0af9-\u0b6f\u0b71\u0b82-\u0bef\u0c00-\u0c6f\u0c80-\u0c83\u0c85-\u0d4e\u0d54-\u0d57\u0d5f-\u0d6f"
    r"\u0d7a-\u0df3\u1200-\u135f\u1380-\u138f\u13a0-\u13fd\u1401-\u166c\u166f-\u167f\u1681-\u169a\u16a0-\u16ea"
    r"\u16f1-\u1734\u1740-\u1773\u180b-\u180d\u180f-\u193b\u1946-\u194f\u1a00-\u1a1b\u1ab0-\u1b59\u1b6b-\u1b73"
    r"\u1b80-\u1bf3\u1c00-\u1c37\u1c40-\u1c7d\u1c80-\u1cbf\u1cd0-\u1cd2\u1cd4-\u1fbc\u1fbe\u1fc2-\u1fcc"
    r"\u1fd0-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ffc\u2071\u207f\u2090-\u209c\u20d0-\u20f0\u2102\u2107\u210a-\u2113"
    r"\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2139\u213c-\u213f\u2145-\u2149\u214e"
    r"\u2183-\u2184\u2c00-\u2ce4\u2ceb-\u2cf3\u2d00-\u2d6f\u2d7f-\u2dff"
)
"""Of scripts that write blanks between words: Latin, Greek, Cyrillic, Arabic, Devanagari, ..."""

UNSPACED = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0f00\u0f18-\u0f19\u0f20-\u0f29\u0f35\u0f37\u0f39"
    r"\u0f3e-\u0f84\u0f86-\u0fbc\u0fc6\u1000-\u1049\u1050-\u109d\u10a0-\u10fa\u10fc-\u11ff\u1780-\u17d3\u17d7"
    r"\u17dc-\u17e9\u1950-\u19d9\u1a20-\u1a99\u1aa7\u3005-\u3006\u302a-\u302f\u3031-\u3035\u303b-\u303c"
    r"\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua48c"
    r"\uac00-\ud7fb\uf900-\ufad9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc"
)
"""Of scripts whose words run on: Thai, Lao, Burmese, Khmer, Chinese, Japanese; and Korean, which joins particles."""

EDGES = " \t\r\n\f\v\u0085\u00a0\u00ad\u2028\u2029\u200b\u200e\u200f\u202a\u202c\u2060\ufeff"
"""What comes along round a text that is pasted, and is not meant."""
