from src.shop.saving import saver
