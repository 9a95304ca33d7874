"""The catalogue's pages: those of the desk under manage/, and the one that customers see."""
