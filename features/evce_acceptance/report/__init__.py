"""What a site-acceptance run hands over: a report to read and sign, files for machines, and what changed since."""
