def totals(sums):
    return {"total": sums.total, "largest": sums.largest, "rows": len(sums.rows)}
