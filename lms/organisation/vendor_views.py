"""One vendor on screen, and giving it another name."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import ngettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.domain.errors import DomainError
from lms.languages import said
from lms.organisation import renaming, vendors
from lms.organisation.forms import VendorForm
from lms.organisation.vendors import Vendor
from lms.organisation.views import bp
from lms.ownership import Source, may_write


@bp.get("/vendors/<address>")
@requires(Role.ADMINISTRATOR)
def vendor(address: str) -> str:
    """How many work for a vendor, in which teams, and who of them has a role."""
    found = _found(address)
    return _page(found, VendorForm(None, name=found.line.name))


@bp.post("/vendors/<address>")
@requires(Role.ADMINISTRATOR)
def rename_vendor(address: str) -> Any:
    """Give it another name."""
    found, form = _found(address), VendorForm()
    if form.validate():
        new, why = form.name.data or "", form.why.data or ""
        try:
            count = renaming.rename_vendor(found.line.name, new, why=why, by=current_user.person_id, now=clock.now())
        except DomainError as refused:
            form.form_errors.append(said(refused))
        else:
            flash(ngettext("Renamed for %(num)s person.", "Renamed for %(num)s people.", count), "good")
            return redirect(url_for("organisation.vendor", address=vendors.address_of(new)), 303)
    return _page(found, form), 422


def _found(address: str) -> Vendor:
    return vendors.vendor(vendors.name_of(address) or "", now=clock.now()) or abort(404)


def _page(found: Vendor, form: VendorForm) -> str:
    owners = current_app.extensions["muster"].owners
    owner = "" if may_write(owners, "vendor", Source.HAND) else owners["vendor"]
    return render_template("organisation/vendor.html", vendor=found, line=found.line, form=form, owner=owner)
