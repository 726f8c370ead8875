"""What people say of prospects and deals themselves, on the pages instead of by a file."""
