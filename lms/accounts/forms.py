"""What a person may send to sign in."""

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, InputRequired, Length

from lms.accounts.passwords import LONGEST
from lms.forms import Form


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(
        "E-mail", [DataRequired("Type your e-mail."), Length(max=320)], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        "Password",
        [InputRequired("Type your password."), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class SignOutForm(Form):
    """Nothing but the token."""
