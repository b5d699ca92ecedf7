"""The Faasera Profiler over HTTP.

    POST {endpoint}/api/profile-mask/{policy}   {"value": text}
    200 {"replacement": text}   or   200 {"status": "SUCCESS", "data": {"replacement": text}, "errors": []}

Everything else is a ProfilerFailed: other statuses, redirects, wrong shapes, answers that are too big or too
slow. Only a connection that could not be opened is tried again: then nothing has reached the service.
Messages never hold a text, the token, or anything the other side wrote.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import certifi

from config.config_errors import ConfigError
from config.redaction_settings import Limits, ProfilerSettings
from redaction.errors import ProfilerFailed
from redaction.profiler.alignment import align
from redaction.profiler.answer import BadAnswer, check_head, read_replacement
from redaction.profiler.breaker import Breaker
from redaction.profiler.protocol import Masking

# httpx brings a command line and its colours: a process with the embedded profiler need not wait for them.
if TYPE_CHECKING:
    import httpx

PATH = "/api/profile-mask/"
# W3C trace context of the request whose texts are masked in this context; "" for none.
TRACEPARENT: ContextVar[str] = ContextVar("traceparent", default="")
CONNECT_RETRIES = (0.05, 0.25)  # seconds to wait before the second and the third try
KEEP_ALIVE = 4.0  # seconds; below the 5 s after which common servers (Node) close an idle connection
HEALTH_TEXT = "health check of the LLM privacy proxy"


class HttpProfiler:
    """A Profiler behind `profiler.endpoint`. For one event loop.

    `token` goes into `Authorization: Bearer`. `transport` replaces the network in tests.
    Raises ConfigError when the token or a certificate file cannot be used.
    """

    def __init__(
        self,
        settings: ProfilerSettings,
        *,
        token: str | None = None,
        limits: Limits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        import httpx

        if settings.embedded:
            raise ConfigError("profiler.endpoint", "is embedded: there is no service to call")
        self.settings = settings
        self.breaker = breaker or Breaker()
        self._answer_limit = (limits or Limits()).profiler_answer
        parts = urlsplit(settings.endpoint)
        self._host = parts.netloc
        self._slots = asyncio.Semaphore(settings.parallel)
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False
        self._client = httpx.AsyncClient(
            headers=_headers(token),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # calls are independent of each other
            verify=_tls(settings),
            trust_env=False,  # HTTPS_PROXY may well name this very proxy
            follow_redirects=False,
            timeout=None,  # httpx bounds each read, which a drip never trips: `_call` bounds the whole
            proxy=settings.proxy if transport is None else None,
            limits=httpx.Limits(max_keepalive_connections=settings.parallel, keepalive_expiry=KEEP_ALIVE),
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"HttpProfiler({self.settings.endpoint!r})"

    @property
    def identity(self) -> str:
        return self.settings.endpoint

    async def mask_many(self, texts: Sequence[str], policy: str, done: Callable[[int, Masking], None]) -> None:
        """See `Profiler`. At most `parallel` calls run at once over all requests; the first failure ends the rest."""
        if self._closed:
            raise self._closing()
        url = self._url(policy)
        waiting = iter(enumerate(texts))

        async def work() -> None:
            # mitmproxy's tasks are eager: one that fails before it waits would end the group while it is being filled.
            await started.wait()
            for index, text in waiting:
                async with self._slots:
                    replacement = await self._guarded(url, text)
                done(index, align(text, replacement))

        started = asyncio.Event()
        self._running += 1
        self._idle.clear()
        try:
            async with asyncio.timeout(self.settings.request_deadline), asyncio.TaskGroup() as group:
                for _ in range(min(self.settings.parallel, len(texts))):
                    group.create_task(work())
                started.set()
        except TimeoutError:
            bound = f"did not mask all texts in {self.settings.request_deadline:g} s (profiler.request_deadline)"
            raise self._error("timeout", bound) from None
        except BaseExceptionGroup as failures:
            raise _first(failures) from None
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def check(self) -> str | None:
        """One call with a fixed text under the default policy: None when it works, else the reason.

        Also asks while the breaker is open, and closes it when the service is back.
        """
        try:
            await self._call(self._url(self.settings.policy), HEALTH_TEXT)
        except ProfilerFailed as error:
            return error.message
        self.breaker.answered()
        return None

    async def aclose(self, grace: float | None = None) -> None:
        """Take no more requests, wait up to `grace` seconds (default: the deadline) for running ones, hang up.

        Requests that still run then fail with ProfilerFailed.
        """
        self._closed = True
        try:
            async with asyncio.timeout(self.settings.deadline if grace is None else grace):
                await self._idle.wait()
        except TimeoutError:
            pass
        await self._client.aclose()

    async def _guarded(self, url: str, text: str) -> str:
        """A call with the breaker's leave, and its outcome reported back."""
        ticket = self.breaker.admit()
        if ticket is None:
            reason = "failed several times in a row and is left alone for a moment"
            raise self._error("breaker_open", reason, self.breaker.retry_after)
        try:
            replacement = await self._call(url, text)
        except ProfilerFailed as error:
            if error.code in _DOWN:
                self.breaker.failed(ticket, hash(text))
            elif error.code in _ALIVE:
                self.breaker.answered()
            else:
                self.breaker.dropped(ticket)
            raise
        except BaseException:
            self.breaker.dropped(ticket)
            raise
        self.breaker.answered()
        return replacement

    async def _call(self, url: str, text: str) -> str:
        """One text, with its deadline. The only place where httpx's errors can be seen."""
        # ASCII: a lone surrogate, which UTF-8 cannot hold, travels as its JSON escape.
        body = json.dumps({"value": text}, ensure_ascii=True).encode("ascii")
        try:
            async with asyncio.timeout(self.settings.deadline):
                replacement = await self._exchange(url, body)
        except TimeoutError:
            bound = f"did not answer in {self.settings.deadline:g} s (profiler.deadline)"
            raise self._error("timeout", bound) from None
        except BadAnswer as error:
            raise self._error(error.code, error.reason, error.retry_after) from None
        except Exception as error:  # noqa: BLE001 - the seam: httpx, httpcore, ssl and OS errors alike end here
            raise (self._closing() if self._closed else self._error(*_explain(error))) from None
        if not replacement and text:
            raise self._error("bad_answer", "answered an empty replacement")
        return replacement

    async def _exchange(self, url: str, body: bytes) -> str:
        import httpx

        headers = {"traceparent": parent} if (parent := TRACEPARENT.get()) else None
        for pause in (*CONNECT_RETRIES, None):
            try:
                async with self._client.stream("POST", url, content=body, headers=headers) as response:
                    check_head(response.status_code, response.headers, self._answer_limit)
                    answer = bytearray()
                    async for piece in response.aiter_bytes():  # not encoded: check_head saw to it
                        answer += piece
                        if len(answer) > self._answer_limit:
                            raise BadAnswer("bad_answer", "answered more than limits.profiler_answer allows")
                return read_replacement(bytes(answer))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if pause is None or _tls_error(error):
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    def _url(self, policy: str) -> str:
        if policy in ("", ".", ".."):
            raise self._error("policy", "cannot be asked for a policy of this name (profiler.policy, rules)", None)
        return self.settings.endpoint + PATH + quote(policy, safe="", errors="surrogatepass")

    @property
    def where(self) -> str:
        """The service in words, with the setting that names it."""
        return f"the Faasera Profiler at {self._host} (profiler.endpoint)"

    def _closing(self) -> ProfilerFailed:
        return self._error("closed", "is no longer in use: the configuration changed, send the request again", 1)

    def _error(self, code: str, reason: str, retry_after: int | None = 5) -> ProfilerFailed:
        message = f"{self.where} {reason}"
        return ProfilerFailed(message, code=f"faasera_profiler_{code}", retry_after=retry_after)


# Failures that say the service is down, and those that concern their own text alone.
_DOWN = frozenset(
    f"faasera_profiler_{kind}" for kind in ("unreachable", "tls", "timeout", "broken_off", "server_error")
)
_ALIVE = frozenset({"faasera_profiler_status", "faasera_profiler_bad_answer"})


@cache
def _reasons() -> tuple[tuple[type[Exception], str, str], ...]:
    """httpx's and the system's errors, most specific first: code and reason."""
    import httpx

    return (
        (httpx.ConnectError, "unreachable", "cannot be reached"),
        (httpx.ConnectTimeout, "unreachable", "cannot be reached in time"),
        (httpx.PoolTimeout, "unreachable", "has no free connection"),
        (httpx.TimeoutException, "timeout", "did not answer in time"),
        (httpx.ProxyError, "unreachable", "cannot be reached through profiler.proxy"),
        (httpx.UnsupportedProtocol, "unreachable", "cannot be reached: the URL must be http or https"),
        (httpx.InvalidURL, "unreachable", "cannot be reached: the URL is not valid"),
        (httpx.NetworkError, "broken_off", "broke off the connection"),
        (httpx.ProtocolError, "broken_off", "broke off, or did not answer in HTTP"),
        (httpx.DecodingError, "bad_answer", "answered what cannot be decoded"),
        (httpx.TooManyRedirects, "status", "redirects; redirects are not followed"),
        (OSError, "broken_off", "broke off the connection"),
    )


def _explain(error: Exception) -> tuple[str, str]:
    """Code and reason of any error. Its own words are left out: they may quote what the other side sent."""
    cause = _tls_error(error)
    if cause is not None:
        why = getattr(cause, "verify_message", "") or cause.reason or "handshake failed"
        return "tls", f"cannot be trusted or spoken to over TLS: {why} (profiler.ca_file, profiler.client_cert)"
    for kind, code, reason in _reasons():
        if isinstance(error, kind):
            return code, reason
    return "failed", f"could not be asked ({type(error).__name__})"


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS error behind an error, if any: no retry helps there."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure to report: something unforeseen before a ProfilerFailed, else the first."""
    leaves: list[BaseException] = []
    for failure in failures.exceptions:
        leaves.append(_first(failure) if isinstance(failure, BaseExceptionGroup) else failure)
    return next((leaf for leaf in leaves if not isinstance(leaf, ProfilerFailed)), leaves[0])


def _headers(token: str | None) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",  # an answer cannot swell after the byte cap
        "User-Agent": "faasera-llm-privacy-proxy",
    }
    if token:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise ConfigError("FAASERA_PROFILER_TOKEN", "must be printable ASCII without spaces")
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _tls(settings: ProfilerSettings) -> ssl.SSLContext:
    """Verifies against the own CA file alone, or the system's and certifi's authorities."""
    if not (settings.ca_file or settings.client_cert or _uses_tls(settings.endpoint, settings.proxy)):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody and is never asked; reading CAs takes time
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.ca_file is None:
            context.load_verify_locations(certifi.where())
    except OSError as error:
        raise ConfigError("profiler.ca_file", _file_reason(error)) from None
    if settings.client_cert is not None:
        cert = settings.client_cert
        try:
            # An encrypted key would ask at the terminal: an empty password makes it an error instead.
            certificate, key = cert if isinstance(cert, tuple) else (cert, None)
            context.load_cert_chain(certificate, key, password="")
        except OSError as error:
            raise ConfigError("profiler.client_cert", _file_reason(error)) from None
    return context


def _uses_tls(*urls: str | None) -> bool:
    return any(url is not None and urlsplit(url).scheme == "https" for url in urls)


def _file_reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "is no PEM file of the right kind, is encrypted, or certificate and key do not belong together"
    return f"cannot be read: {error.strerror}"
