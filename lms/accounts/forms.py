"""What a person may send to sign in."""

from flask_babel import lazy_gettext
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from lms.accounts.passwords import LONGEST
from lms.forms import Form


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(
        lazy_gettext("E-mail"),
        [DataRequired(lazy_gettext("Type your e-mail.")), Length(max=320)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Type your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CodeForm(Form):
    """A code of an authenticator app, or a recovery code."""

    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Type the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code"},
    )
    next = HiddenField()


class ConfirmForm(Form):
    """The own password once more, before something is taken away."""

    password = PasswordField(lazy_gettext("Your password, to be sure"), render_kw={"autocomplete": "current-password"})


class ForgottenForm(Form):
    """The e-mail of who forgot the password."""

    email = EmailField(lazy_gettext("E-mail"), [DataRequired(lazy_gettext("Type your e-mail.")), Length(max=320)])


class ChooseForm(Form):
    """A new password, twice."""

    password = PasswordField(
        lazy_gettext("New password"), [InputRequired(lazy_gettext("Type a password.")), Length(max=LONGEST)]
    )
    again = PasswordField(
        lazy_gettext("The same once more"), [EqualTo("password", lazy_gettext("The two are not the same."))]
    )


class ChangeForm(ChooseForm):
    """The same, and the old one."""

    old = PasswordField(
        lazy_gettext("Your password now"), [InputRequired(lazy_gettext("Type the password that you have now."))]
    )


class SignOutForm(Form):
    """Nothing but the token."""
