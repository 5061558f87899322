"""What outlives a restart: the database, its revisions, and one module for what each group of tables keeps."""
