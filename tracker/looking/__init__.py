"""Looking at a page of the site from outside: is the tag there, and would a browser let it work?"""
