"""A reverse proxy that lies: it passes an EWS endpoint on, and alters one item on the wire as it is told.

    from lying_proxy import Lie, LyingProxy

    with LyingProxy("https://10.0.0.7:8093/EcoStruxure/DataExchange", Lie("value", "*/ZoneReduction", by=5)) as proxy:
        proxy.url                      # what the client is given instead; the path is the upstream's
        proxy.target                   # the item lied about: id, name and path of names, once it was seen
        proxy.told                     # every answer altered: operation and how often
        proxy.tell(Lie("unit", "*/ZoneReduction", to="kW"))
        proxy.be_honest()

`LIES` is the table of all lies: what each alters, in which answers, and its options. The client's digest login passes
through, because it covers method and path only (qop="auth").
"""

from lying_proxy.lies import LIES, Lie, LieError
from lying_proxy.proxy import LyingProxy

__all__ = ["LIES", "Lie", "LieError", "LyingProxy"]
