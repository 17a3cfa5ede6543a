"""The REST API of the carrier, as far as a voice server uses it."""

from aiohttp import web

from ivr.emulator.account import Account
from ivr.emulator.rest.access import guard
from ivr.emulator.rest.calls import Calls
from ivr.emulator.rest.faults import disturb
from ivr.emulator.rest.messages import Messages
from ivr.emulator.rest.numbers import Numbers


def rest_app(account: Account) -> web.Application:
    """Everything below `/2010-04-01`, behind basic authentication."""
    app = web.Application(middlewares=[guard(account), disturb(account)])
    calls, messages, numbers = Calls(account), Messages(account), Numbers(account)
    app.router.add_routes(
        [
            web.get("/Accounts/{account}/Calls.json", calls.list),
            web.post("/Accounts/{account}/Calls.json", calls.create),
            web.get("/Accounts/{account}/Calls/{sid}.json", calls.fetch),
            web.post("/Accounts/{account}/Calls/{sid}.json", calls.update),
            web.delete("/Accounts/{account}/Calls/{sid}.json", calls.delete),
            web.get("/Accounts/{account}/Messages.json", messages.list),
            web.post("/Accounts/{account}/Messages.json", messages.create),
            web.get("/Accounts/{account}/Messages/{sid}.json", messages.fetch),
            web.post("/Accounts/{account}/Messages/{sid}.json", messages.update),
            web.delete("/Accounts/{account}/Messages/{sid}.json", messages.delete),
            web.get("/Accounts/{account}/IncomingPhoneNumbers.json", numbers.list),
            web.post("/Accounts/{account}/IncomingPhoneNumbers.json", numbers.create),
            web.get("/Accounts/{account}/IncomingPhoneNumbers/{sid}.json", numbers.fetch),
            web.post("/Accounts/{account}/IncomingPhoneNumbers/{sid}.json", numbers.update),
            web.delete("/Accounts/{account}/IncomingPhoneNumbers/{sid}.json", numbers.delete),
        ]
    )
    return app
