"""A miniature of the framework: routers keep their handlers, and nothing serves."""

from collections.abc import Callable
from typing import Any


class APIRouter:
    """Handlers by method and path."""

    def __init__(self, **_options: Any) -> None:
        self.routes: dict[tuple[str, str], Any] = {}

    def __getattr__(self, method: str) -> Callable[[str], Callable[[Any], Any]]:
        """Return a decorator for a method, such as put."""
        if method.startswith("_"):
            raise AttributeError(method)

        def at(path: str) -> Callable[[Any], Any]:
            def keep(handler: Any) -> Any:
                self.routes[method, path] = handler
                return handler

            return keep

        return at

    def include_router(self, router: "APIRouter", prefix: str = "") -> None:
        """Take over the handlers of another router."""
        self.routes |= {(m, prefix + path): h for (m, path), h in router.routes.items()}


class FastAPI(APIRouter):
    """The application."""

    def exception_handler(self, error: type[Exception]) -> Callable[[Any], Any]:
        """Keep what answers an error."""
        return lambda handler: self.routes.setdefault(("error", error.__name__), handler)


def Depends(needed: object) -> object:  # noqa: N802 (the framework's name)
    """Return what is needed."""
    return needed


class HTTPException(Exception):  # noqa: N818 (the framework's name)
    """An answer that is an error."""

    def __init__(self, status_code: int, detail: str, headers: dict[str, str]) -> None:
        super().__init__(detail)
        self.status_code, self.detail, self.headers = status_code, detail, headers
