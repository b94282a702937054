"""What the owner of an account says to messages of a template."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from heli.ground import clock
from heli.wechat.kinds import Word
from heli.wechat.models import TEMPLATE_ID_MAX, Account, Allowance


@transaction.atomic
def note_word(account: Account, template_id: str, word: Word, *, allows_one: bool = True) -> None:
    """The owner of the account said this when asked about messages of a template.

    Each yes allows one more message; a no takes back what was allowed before. allows_one: False
    for a yes that opens no further message, such as one in WeChat's settings.
    """
    assert len(template_id) <= TEMPLATE_ID_MAX
    Allowance.objects.get_or_create(
        account=account,
        template_id=template_id,
        defaults={"word": word, "said_at": clock.real_now()},
    )
    of_template = Allowance.objects.filter(account=account, template_id=template_id)
    if word is Word.ACCEPT:
        left = F("left") + (1 if allows_one else 0)
        of_template.update(word=word, left=left, said_at=clock.real_now())
    else:
        of_template.update(word=word, left=0, said_at=clock.real_now())
