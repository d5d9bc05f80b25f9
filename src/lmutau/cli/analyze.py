"""stub"""
def analyze() -> None:
    """stub"""
