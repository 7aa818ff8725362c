"""The site in sentences: engine/ (no database), web/, browser/."""
