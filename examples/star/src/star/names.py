"""Common Kenyan given and family names, to be drawn from at random; a pair that belongs to somebody is chance."""

_GIVEN = """
Achieng Adhiambo Akinyi Amani Amina Anyango Asha Atieno Baraka Barasa Brian Chebet Chege Chelagat Cherono
Daudi Esther Faith Fatuma Gathoni Grace Halima Hamisi Imani Jabali Jelimo Joseph Juma Kamau Kevin Kibet
Kiprono Leila Lokwawi Makena Mary Mercy Moraa Mueni Mumbua Mutheu Mwende Nafula Naliaka Neema Njeri
Nyambura Nyokabi Omari Otieno Peter Purity Rehema Salim Samuel Sironka Tabitha Tumaini Wairimu Wambui
Wanjiru Waweru Zawadi Zuhura
"""
GIVEN = tuple(_GIVEN.split())

_FAMILY = """
Abdalla Barasa Chebii Cheruiyot Chirchir Gitau Gichuru Hassan Kamande Karanja Kariuki Kemboi Kilonzo
Kimani Kimutai Kinyua Kiplagat Koech Korir Langat Lagat Macharia Maina Makau Mbugua Mohamed Muli Musyoka
Mutiso Mutua Muthoni Mwangi Mwaura Ndegwa Ndungu Nekesa Ngugi Njoroge Nyaga Nyong'o Obiero Ochieng Odhiambo
Odongo Okoth Oluoch Omondi Onyango Ooko Opiyo Owino Rotich Sang Simiyu Tanui Wafula Wamalwa Wanyama
Were Yegon
"""
FAMILY = tuple(_FAMILY.split())
