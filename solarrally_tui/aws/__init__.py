"""The one door to AWS: sessions, calls, paging, errors in plain words."""
