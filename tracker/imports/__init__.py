"""Lost deals come in: a file as the CRM exports it, read, checked row by row, stored without doubles.

reading -> formats -> mapping -> survey -> rows -> storing -> report
"""
