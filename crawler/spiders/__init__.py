"""One platform a file: file name, spider name and class name agree."""
