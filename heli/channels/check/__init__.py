"""The check: is this name, link, QR code's content or message official, unknown or suspicious?

Pure: what is known comes in as a value (`known.Known`), nothing is stored and nobody is asked.
"""
