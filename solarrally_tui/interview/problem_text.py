"""What is wrong with an answer, as a sentence."""

from solarrally_tui.site.problems import Problem


def in_words(problem: Problem) -> str:
    """Return a problem as a sentence with an example of the value."""
    what = problem.what[:1].upper() + problem.what[1:]
    what = "Enter a value." if problem.what == "is missing." else what
    _, is_assignment, example = problem.example.partition(" = ")
    shown = (example if is_assignment else problem.example).strip('"')
    limited = problem.what.startswith(("must be at most", "must be at least"))
    is_plain = not shown or shown in what or limited or "Did you mean" in what
    return what if is_plain else f"{what} Example: {shown}"
