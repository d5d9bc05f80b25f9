"""Numbers, each with its source: constants, detector cards, selections, run cards."""
