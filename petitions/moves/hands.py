"""Who has a matter in hand (R60): lead unit, co-units, handing back and on, supervision."""

HANDS = []
