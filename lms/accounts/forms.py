"""What a person may send to sign in."""

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

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


class CodeForm(Form):
    """A code of an authenticator app, or a recovery code."""

    code = StringField(
        "Code", [InputRequired("Type the code."), Length(max=40)], render_kw={"autocomplete": "one-time-code"}
    )
    next = HiddenField()


class ConfirmForm(Form):
    """The own password once more, before something is taken away."""

    password = PasswordField("Your password, to be sure", render_kw={"autocomplete": "current-password"})


class ForgottenForm(Form):
    """The e-mail of who forgot the password."""

    email = EmailField("E-mail", [DataRequired("Type your e-mail."), Length(max=320)])


class ChooseForm(Form):
    """A new password, twice."""

    password = PasswordField("New password", [InputRequired("Type a password."), Length(max=LONGEST)])
    again = PasswordField("The same once more", [EqualTo("password", "The two are not the same.")])


class ChangeForm(ChooseForm):
    """The same, and the old one."""

    old = PasswordField("Your password now", [InputRequired("Type the password that you have now.")])


class SignOutForm(Form):
    """Nothing but the token."""
