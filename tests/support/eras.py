"""Days as sentences for municipalities tell them."""


def era(day):
    """2026-12-18 as 令和8年12月18日（2026-12-18）; of days since 2020."""
    year, month, date = (int(part) for part in str(day).split("-"))
    return f"令和{year - 2018}年{month}月{date}日（{day}）"
