"""`python -m intervisit.web VERB …`: the same as the `intervisit` command."""

from intervisit.web.command import main

raise SystemExit(main())
