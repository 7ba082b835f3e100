"""What a page of a module shows: where its steps stand, and its headings."""


def steps(page):
    return [item["class"][1] for item in page.soup.select(".steps .step")]


def headings(page, level="h3"):
    return [heading.get_text(strip=True) for heading in page.soup.select(f"main {level}")]
