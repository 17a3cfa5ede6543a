# ruff: noqa: E501 - a command is one piece of text
"""Commands as people paste them. `http://HERE` is the API. Those of bash are run as they are; those of Windows' shells
stand beside what they say in bash."""

BASH = [
    "curl http://HERE/orders",
    "curl http://HERE",
    "/usr/bin/curl http://HERE/orders",
    "curl 'http://HERE/orders?state=open&page=2'",
    'curl "http://HERE/orders?a=1&b=two%20words"',
    "curl -X GET http://HERE/orders",
    "curl -XDELETE http://HERE/orders/7",
    "curl --request PUT http://HERE/orders/7 -d state=open",
    "curl -X PATCH http://HERE/orders/7 -H 'Content-Type: application/json' -d '{\"state\": \"open\"}'",
    "curl -X POST http://HERE/orders -H 'Content-Type: application/json' -d '{\"name\":\"O'\\''Neil\"}'",
    "curl -X POST http://HERE/orders \\\n  -H 'Content-Type: application/json' \\\n  -H 'Accept: application/json' \\\n  -d '{\n    \"id\": 7,\n    \"lines\": [1, 2]\n  }'",
    'curl -X POST http://HERE/orders -H "Content-Type: application/json" -d "{\\"id\\": \\"7\\"}"',
    "curl -i -s -S -v -L http://HERE/orders",
    "curl -sSL -o /dev/null http://HERE/orders",
    "curl --silent --show-error --fail --compressed http://HERE/orders",
    "curl http://HERE/orders -d name=Ada -d city=Paris",
    "curl http://HERE/orders -d 'name=Ada Lovelace'",
    "curl http://HERE/orders --data 'name=Ada%20L&city=Paris'",
    "curl http://HERE/orders --data-ascii 'a=1'",
    "curl http://HERE/orders --data-raw '@not-a-file'",
    "curl http://HERE/orders --data-binary $'one\\ntwo\\n'",
    "curl http://HERE/orders --data-urlencode 'name=Ada & Bob' --data-urlencode 'note=50% off + more'",
    "curl http://HERE/orders --data-urlencode '=a=b c'",
    "curl http://HERE/orders --data-urlencode 'just text'",
    "curl http://HERE/orders --data-urlencode 'city=Zürich'",
    "curl http://HERE/orders -d a=1 --data-urlencode 'b=x y'",
    "curl -d '' http://HERE/orders",
    "curl -G http://HERE/orders -d state=open -d page=2",
    "curl -G 'http://HERE/orders?a=1' --data-urlencode 'q=two words & more'",
    "curl --get http://HERE/orders --data-urlencode 'q=é'",
    "curl -I http://HERE/orders",
    "curl --head -H 'X-Shop: 7' http://HERE/orders",
    "curl -u ada:hunter2 http://HERE/orders",
    "curl -u 'ada:hunter:2 with blanks' http://HERE/orders",
    "curl -uada: http://HERE/orders",
    "curl http://ada:p%40ss@HERE/orders",
    "curl -H 'Authorization: Bearer abc.def-123' http://HERE/orders",
    "curl -H 'Authorization: Basic YWRhOmh1bnRlcjI=' http://HERE/orders",
    "curl -H 'Authorization: Token abc' http://HERE/orders",
    "curl --oauth2-bearer abc http://HERE/orders",
    "curl -H 'X-Api-Key: s3cret' http://HERE/orders",
    "curl -A 'my app/1.0' http://HERE/orders",
    "curl -e http://example.com/page http://HERE/orders",
    "curl --referer 'http://example.com/;auto' http://HERE/orders",
    "curl -b 'session=abc; theme=dark' http://HERE/orders",
    "curl -b session=abc -b theme=dark http://HERE/orders",
    "curl -H 'Cookie: a=1' -H 'X-One: 1' -H 'X-One: 2' http://HERE/orders",
    "curl -H 'X-Empty;' -H 'Accept:' http://HERE/orders",
    "curl -H 'X-Wide:     value   ' http://HERE/orders",
    'curl -H "If-Match: \\"abc\\"" http://HERE/orders',
    "curl --json '{\"id\": 7}' http://HERE/orders",
    "curl --json '{\"id\": 7,' --json ' \"name\": \"Ada\"}' http://HERE/orders",
    "curl --json '{}' -H 'Accept: text/plain' -X PUT http://HERE/orders",
    "curl -F name=Ada -F 'city=New York' http://HERE/orders",
    "curl -F 'note=\"quoted; text\"' http://HERE/orders",
    "curl --form-string 'at=@home; really' --form a=b http://HERE/orders",
    "curl -k http://HERE/orders",
    "curl -m 20 --connect-timeout 3 --retry 2 http://HERE/orders",
    "curl --max-time 2.5 http://HERE/orders",
    "curl --url http://HERE/orders -X OPTIONS",
    "curl http://HERE/a/./b/../c",
    "curl --path-as-is http://HERE/a/b",
    "curl 'http://HERE/orders#part'",
    "curl 'http://HERE/odata?$filter=price%20gt%205&$top=2'",
    "curl http://HERE/xml -H 'Content-Type: application/xml' -d '<a b=\"1\">x &amp; y</a>'",
    "curl http://HERE/soap -H 'Content-Type: text/xml' -H 'SOAPAction: \"urn:x\"' --data '<a/>'",
    "curl http://HERE/api -H 'content-type: application/vnd.api+json' --data-raw '{\"data\":{}}'",
    "curl http://HERE/api -H 'Content-Type: application/json; charset=utf-8' -d '{\"a\":1}'",
    "curl http://HERE/text -H 'Content-Type: text/plain' --data-binary 'costs $5 & $$ more'",
    "curl http://HERE/graphql -H 'Content-Type: application/json' -d '{\"query\":\"query ($id: ID!) { a(id: $id) }\"}'",
    "curl http://HERE/u -H $'X-Note: it\\'s' --data-raw $'{\"q\":\"\\u00e9\\x41\\t\"}' -H 'content-type: application/json'",
    "curl -d @- http://HERE/orders <<'EOF'\nname=Ada\n&city=Paris\nEOF",
    "curl --data-binary @- -H 'Content-Type: text/plain' http://HERE/orders <<EOF\none\ntwo\nEOF\n",
    "curl --json @- http://HERE/orders <<< '{\"id\": 7}'",
    "curl 'http://HERE/api' -H 'accept: */*' -H 'accept-language: en-GB,en;q=0.9' -H 'sec-fetch-mode: cors' -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' --data-raw '{\"a\":\"b\"}' -H 'content-type: application/json' --compressed",
    "curl http://HERE/a -X POST -H 'Content-Type: application/x-www-form-urlencoded' -d 'a=%7E&b=~'",
    "curl http://HERE/ -d 'a=1' # the usual way",
    "curl http://HERE/a;\necho done",
]  # fmt: skip
"""For bash."""

ESCAPED = [
    "curl 'http://HERE/users/%2Fada%2e/x?next=%2Fhome'",
    "curl -g 'http://HERE/orders?ids[]=1&ids[]=2'",
]
"""For bash, with addresses that may be written in several ways."""

ELSEWHERE = [
    # bash, with what copying adds to it
    ("$ curl http://HERE/orders", "curl http://HERE/orders"),
    (
        "curl -X DELETE \\\r\n  http://HERE/orders \\ \r\n  -H 'X-Shop: 7'\r\n",
        "curl -X DELETE http://HERE/orders -H 'X-Shop: 7'",
    ),
    # cmd, as Chrome copies it
    (
        'curl ^"http://HERE/orders?a=1^&b=2^" ^\r\n  -H ^"accept: application/json^" ^\r\n  -H ^"content-type: application/json^" ^\r\n  --data-raw ^"^{^\\^"id^\\^":^\\^"7^\\^"^}^"',
        "curl 'http://HERE/orders?a=1&b=2' -H 'accept: application/json' -H 'content-type: application/json' --data-raw '{\"id\":\"7\"}'",
    ),
    ('curl "http://HERE/orders" ^\n  -X PUT ^\n  -d "a=1&b=2"', "curl http://HERE/orders -X PUT -d 'a=1&b=2'"),
    (
        'curl ^"http://HERE/t^" -H ^"content-type: text/plain^" --data-raw ^"50^%^ off^\n\nnow^"',
        "curl http://HERE/t -H 'content-type: text/plain' --data-raw $'50% off\\nnow'",
    ),
    (
        'curl.exe -X POST http://HERE/o -H "Content-Type: application/json" -d "{\\"id\\": 7}"',
        "curl -X POST http://HERE/o -H 'Content-Type: application/json' -d '{\"id\": 7}'",
    ),
    ('curl.exe -u "ada:a""b" http://HERE/o', "curl -u 'ada:a\"b' http://HERE/o"),
    # PowerShell
    (
        "curl.exe -X POST `\n  'http://HERE/orders' `\n  -H 'Content-Type: application/json' `\n  -d '{\\\"id\\\": \\\"it''s\\\"}'",
        "curl -X POST http://HERE/orders -H 'Content-Type: application/json' -d $'{\"id\": \"it\\'s\"}'",
    ),
    (
        'curl.exe `\r\n -H "X-Note: say `"hi`" for `$5" `\r\n http://HERE/orders',
        "curl -H 'X-Note: say \"hi\" for $5' http://HERE/orders",
    ),
    (
        "curl.exe -H 'Content-Type: application/json' -d '{\"id\":7}' http://HERE/orders",
        "curl -H 'Content-Type: application/json' -d '{\"id\":7}' http://HERE/orders",
    ),
]  # fmt: skip
"""For other shells, each beside the same in bash."""
