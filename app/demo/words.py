"""The words that the made-up history is put together from."""

from __future__ import annotations

FIRST_NAMES = """
Aarav Abdul Abhilash Aditi Aisha Ajith Akhila Amal Amrita Anand Ananya Anil Anita Anju Anoop
Arjun Arun Asha Ashwin Athira Bindu Biju Chitra Deepa Deepak Devika Dhanya Divya Elsa Faisal
Farhan Fathima Ganesh Gayathri George Gopika Hari Harsha Ibrahim Indira Jacob Jaya Jayan Jinu
Jose Joseph Kabir Karthik Kavya Kiran Krishna Lakshmi Latha Leela Liju Maya Meera Mini Mohan
Mohammed Nandini Naveen Neethu Nikhil Nisha Omana Padma Pooja Pradeep Prakash Priya Radha Rahul
Rajesh Rakesh Ramya Rashid Ravi Reena Rekha Rohit Roshni Sajan Salim Sandhya Sanjay Sara Saritha
Shalini Shyam Sindhu Sneha Sreeja Suresh Thomas Uma Varun Vidya Vinod Vishnu Yusuf Zainab
""".split()

LAST_NAMES = """
Abraham Ali Antony Babu Balan Bhaskar Chacko Chandran Cherian Das Devassy Francis George Gopal
Hameed Hussain Iyer Jacob John Joseph Joy Kamath Kartha Khan Koshy Krishnan Kumar Kurian Kurup
Mani Mathew Menon Mohan Nair Nambiar Narayanan Panicker Paul Philip Pillai Poulose Prabhu Rahman
Rajan Raju Raman Rao Ravindran Sebastian Shaji Sharma Shenoy Sivan Sreedharan Sukumaran Thampi
Thomas Unni Unnikrishnan Valsan Varghese Varma Vasudevan Venugopal Verghese Warrier Xavier
""".split()

# Town and its postcode, the larger towns first.
TOWNS = [
    ("Thrissur", "680001"),
    ("Palakkad", "678001"),
    ("Irinjalakuda", "680121"),
    ("Chalakudy", "680307"),
    ("Kunnamkulam", "680503"),
    ("Guruvayur", "680101"),
    ("Ottapalam", "679101"),
    ("Shoranur", "679121"),
    ("Kodungallur", "680664"),
    ("Wadakkanchery", "680582"),
    ("Chavakkad", "680506"),
    ("Alathur", "678541"),
]
TOWN_WEIGHTS = [24, 18, 11, 9, 8, 7, 6, 5, 4, 3, 3, 2]

STREETS = """
Temple Road|Church Road|Market Road|Station Road|Lake View Road|Canal Road|School Lane|
Hospital Road|Palace Road|Hill Road|River Lane|Garden Lane|College Road|Mosque Lane|Bypass Road
""".replace("\n", "").split("|")

# Code, name, kind, Mbit/s, channels, price, offered, weight among the subscribers.
PLANS = [
    ("cable-basic", "Cable Basic", "cable", None, 180, "249.00", True, 16),
    ("net-10", "Net 10", "broadband", 10, None, "299.00", False, 4),
    ("cable-family", "Cable Family", "cable", None, 310, "349.00", True, 14),
    ("net-40", "Net 40", "broadband", 40, None, "399.00", True, 18),
    ("net-100", "Net 100", "broadband", 100, None, "499.00", True, 20),
    ("home-100", "Home 100 + TV", "combo", 100, 310, "749.00", True, 16),
    ("net-300", "Net 300", "broadband", 300, None, "999.00", True, 7),
    ("home-300", "Home 300 + TV", "combo", 300, 420, "1249.00", True, 4),
    ("net-1000", "Net 1000", "broadband", 1000, None, "1999.00", True, 1),
]

# Topic, subject, what the subscriber writes, what the operator answers.
TICKETS = [
    (
        "outage",
        "No internet since this morning",
        "The red light on the box is blinking since about 7. Restarting it did not help.",
        "A fibre was cut at the bypass. Our team has joined it; please switch the box off and on.",
    ),
    (
        "outage",
        "All channels gone",
        "The television shows no signal on every channel. The neighbours have the same.",
        "The amplifier in your street was replaced this afternoon. Do tell us if it is not fine.",
    ),
    (
        "slow",
        "Very slow in the evening",
        "From 8 to 10 in the evening videos stop all the time. In the morning it is fine.",
        "Your street's link was full in the evening. We moved it to a larger one last night.",
    ),
    (
        "slow",
        "Speed is not what I pay for",
        "The speed test shows less than half of my plan, also with a cable.",
        "Your box was still on the old profile. We corrected it; please test again.",
    ),
    (
        "billing",
        "Paid but still shown as due",
        "I paid by UPI yesterday and the invoice still shows as due.",
        "The payment arrived under the old customer number. It is on your account now.",
    ),
    (
        "billing",
        "Invoice higher than last month",
        "Why is the invoice higher than last month? I changed nothing.",
        "Last month was your first and had fewer days. This is the plan's full price.",
    ),
    (
        "move",
        "Moving to another street",
        "We move at the end of the month, about two kilometres away. Can I keep the plan?",
        "Yes. Tell us the new address and the day, and we will connect you there.",
    ),
    (
        "other",
        "Please change my phone number",
        "My phone number has changed and I would like to get the messages on the new one.",
        "Done. You will get a message on the new number shortly.",
    ),
    (
        "other",
        "Which plan has the sports channels?",
        "Is there a plan with all the sports channels and at least 100 Mbit/s?",
        "Home 100 + TV has both. You can change on the first of any month.",
    ),
]
