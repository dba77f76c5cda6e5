"""The app with headers that Streamlit does not send: `streamlit run dashboard/server.py`, as `rolescope dashboard` does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's page runs scripts of its own that stand in it and that Vega makes; all of them, and all else, come from here.
_HEADERS = {
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


class _Headers:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


@asynccontextmanager
async def _with_pages(_: st.App) -> AsyncIterator[None]:
    """Import the pages while nobody has come yet: it takes seconds, which the first reader would wait for."""
    Thread(target=import_module, args=("dashboard.pages",), daemon=True).start()
    yield


app = st.App(Path(__file__).with_name("app.py"), lifespan=_with_pages, middleware=[Middleware(_Headers)])
