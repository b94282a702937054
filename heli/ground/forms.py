"""What every form of every page has: sentences of our own, and names for what is wrong."""

from __future__ import annotations

from typing import Any

from django import forms

from heli.ground.refusals import InvalidInput


class AccessibleForm(forms.Form):
    """A form whose fields point to their hints and errors, for those who do not see them."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fit_fields()
        self.use_required_attribute = False  # the server's sentences are clearer than a browser's
        for name, field in self.fields.items():
            described = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                described.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)

    def fit_fields(self) -> None:
        """For forms whose fields depend on what they are about: called before anything is read."""

    def refuse(self, invalid: InvalidInput) -> None:
        """Show a room's refusal beside the fields it names, else on top of the form."""
        for error in invalid.errors:
            name = error.field.rpartition(".")[2]
            self.add_error(name if name in self.fields else None, str(error.text))
