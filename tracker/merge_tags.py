"""How each mailing service is told to write a recipient's token into a link. PURE.

The field is named `ringback` everywhere: the CSV's column is imported into it once.
"""

from __future__ import annotations

from dataclasses import dataclass

FIELD = "ringback"
"""The column of the CSV, and the name that the tags below ask for."""


@dataclass(frozen=True, slots=True)
class MailingService:
    """A mailing service, its merge tag for our field, and what its user must know."""

    slug: str
    name: str
    tag: str
    note: str = ""


SERVICES = (
    MailingService("mailchimp", "Mailchimp", "*|RINGBACK|*"),
    MailingService("hubspot", "HubSpot", "{{ contact.ringback }}"),
    MailingService("sendgrid", "SendGrid", "{{ringback}}"),
    MailingService("klaviyo", "Klaviyo", "{{ person|lookup:'ringback' }}"),
    MailingService("brevo", "Brevo", "{{ contact.RINGBACK }}"),
    MailingService("customerio", "Customer.io", "{{customer.ringback}}"),
    MailingService(
        "listmonk",
        "listmonk",
        "{{ .Subscriber.Attribs.ringback }}",
        "leave @TrackLink off this link: it takes no address that holds a tag",
    ),
    MailingService("mautic", "Mautic", "{contactfield=ringback}"),
)


def service_named(name: str) -> MailingService | None:
    """Find a service by its name, however it is spelled: `Customer.io`, `customerio`, `customer-io`."""
    wanted = "".join(character for character in name.casefold() if character.isalnum())
    return next((service for service in SERVICES if service.slug == wanted), None)
