"""How often one address may speak: `heli.identity.limits`, by the name it had before."""

from heli.identity.limits import Limit, check_limits, index_of, is_unlimited

__all__ = ["Limit", "check_limits", "index_of", "is_unlimited"]
