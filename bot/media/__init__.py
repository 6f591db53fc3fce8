"""What is done to files before anybody else gets them: their true type is found out, and they are cleaned."""
