"""The roof: settings, urls, navigation, home pages, wiring, command line, demo."""
