"""A real mail server on loopback that takes, refuses, puts off, hangs up or waits, as it is told."""

import socket
import time
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Server:
    """Keeps what it took in `taken`."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_mail = "250 OK"
        self.hangs_up = False
        self.waits = 0.0
        self.port = _free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def close(self) -> None:
        """Let the port go."""
        self.controller.stop()

    def behave(self) -> None:
        """Take everything again, and forget what was taken."""
        self.taken.clear()
        self.answer_to_recipient = self.answer_to_mail = "250 OK"
        self.hangs_up, self.waits = False, 0.0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Part of the protocol of aiosmtpd."""
        envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> Any:
        """Part of the protocol of aiosmtpd."""
        time.sleep(self.waits)
        if self.answer_to_mail.startswith("2"):
            self.taken.append(message_from_bytes(envelope.content or b""))
        if self.hangs_up:
            server.transport.close()
        return self.answer_to_mail


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
