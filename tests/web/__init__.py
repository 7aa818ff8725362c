"""What a browser is sent, asked of Django directly."""
