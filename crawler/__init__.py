"""Job ads in: Scrapy spiders that turn public job boards into landing files."""
