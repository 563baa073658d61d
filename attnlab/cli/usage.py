"""What was typed wrongly, in our words: the problem, and what was probably meant."""

from __future__ import annotations

from typing import Any

from attnlab.errors import nearest_name


def usage_in_words(error: Any) -> tuple[str, str]:
    """A usage error of the command-line library as a problem and a remedy."""
    context = error.ctx
    path = context.command_path if context else "attnlab"
    remedy = f"'{path} --help' shows what can be said"
    option = getattr(error, "option_name", None)
    if option and "o such option" in error.message:
        known = [name for param in context.command.get_params(context) for name in param.opts] if context else []
        nearest = nearest_name(option, [name for name in known if name.startswith("--")])
        return f"'{path}' has no option '{option}'", f"did you mean '{nearest}'?" if nearest else remedy
    message = error.format_message().strip().rstrip(".")
    return message[:1].lower() + message[1:], remedy
