"""The refusals of keeping.

Refusal
└── CannotErase   409 wrong_state   something is still under way that needs the data
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import Refusal


class CannotErase(Refusal):
    """A coming booking or an open case needs the data; nothing was erased.

    obstacles: one sentence for each thing that has to end first.
    """

    code, status = "wrong_state", 409
    message = _("还有没办完的事，现在不能删除，什么都没有改变。{obstacles}")

    def __init__(self, obstacles: Iterable[str | Promise]) -> None:
        self.obstacles = tuple(str(obstacle) for obstacle in obstacles)
        super().__init__(obstacles="".join(self.obstacles))
