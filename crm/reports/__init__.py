"""Reports: the control list, how deadlines are kept, and what is handed in on the 1st."""
